// Package wire reads and writes BGP messages: framing, OPEN with its capabilities, UPDATE as views
// over the received octets, the error rules of RFC 7606 as one table, and the rewriting that a
// reflector does to path attributes. It may import nlri and nothing else of this module.
//
// ParseX walks a structure once; what it returns borrows the caller's buffer, unless its comment
// says otherwise, and cannot fail afterwards. AppendX writes behind dst and returns the longer slice.
// Nothing on the way of a sound UPDATE allocates.
//
// To teach the package a path attribute: a constant and a name in attribute.go, a row in attrRules
// with the sentence of the RFC it follows, a check in checks.go if its inside has lengths that can
// be wrong. A typed view is optional.
package wire
