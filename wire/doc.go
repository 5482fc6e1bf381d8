// Package wire reads and writes BGP messages: framing, OPEN with its capabilities, UPDATE as views
// over the received octets, the error rules of RFC 7606 as one table, and the rewriting that a
// reflector does to path attributes. It may import nlri and nothing else of this module.
//
// ParseX walks a structure once; what it returns borrows the caller's buffer, unless its comment
// says otherwise, and cannot fail afterwards. AppendX writes behind dst and returns the longer slice.
// Nothing on the way of a sound UPDATE allocates.
//
// Values that people write have their text and its reading beside the type: AppendText, String, ParseX.
//
// To teach the package a path attribute: a constant in attribute.go, a row in attrRules with its name and
// the RFC it follows, a check if its inside can be wrong, a sound value in rules_test.go, go generate for
// docs/errors.md. A typed view is optional, in a file of its own with the check. To teach it a TLV: a row in
// the table of its attribute (linkstate.go, tunnel.go, srpolicy.go, prefixsid.go), which checks it, names it
// and says how it is written. To teach it an extended community: a row in extTexts.
package wire
