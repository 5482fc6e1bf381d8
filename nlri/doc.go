// Package nlri holds what routes are about: families, NLRI fields, the identity of a route, and the Route
// Distinguishers, Ethernet Segment Identifiers, MAC addresses and labels inside them, each with its text form.
// It imports the standard library only.
//
// A type on the wire is a slice with methods (a view) and borrows the memory it was cut from. ParseList checks a field
// once; what its All yields is sound, and the functions that take an NLRI expect a sound one: from All, or after Check.
// Unknown types of a typed family are sound by definition and are carried octet for octet, as is a flow specification
// from an unknown component on.
//
// To add a family to the reflector: a constant and a row in the families table (family.go), a case in layoutOf, and,
// where no layout fits, a layout with one case in each of size, check, AppendKey and Locality. Nothing else is needed
// to reflect it.
//
// To add a typed view: a check of the lengths inside, a type over NLRI with an offset per method, a conversion that
// answers false unless the NLRI is sound and of that type, an Append encoder if something here originates it, cases in
// AppendText and Opaque, and in the tests samples, a case in readViews and a row in the oracle.
//
// To add a descriptor of BGP-LS: its TLV type and a method of TLVs that answers false for a wrong length, a field of
// LinkStateFields in the place that its type has in ascending order, and a case in the text.
package nlri
