package main

import (
	"slices"
	"strings"
)

// The rules below say where an oracle is not believed. They look at what was read, never at which row it was.

// widthUnknown: nothing says whether AS numbers have 2 octets or 4, and some paths can be read both ways.
var widthUnknown = dispute{fieldPath, "the row does not say how wide AS numbers are (RFC 6793), and the path can be read both ways",
	func(d *difference) bool { return d.row.Ctx.AS4 == nil }}

// otherAddPath: oracles saw messages without their session, or with less of it than the row knows.
var otherAddPath = dispute{fieldNLRI, "only the session tells whether NLRI have Path Identifiers (RFC 7911 §3): the oracle guessed, or was not told",
	func(d *difference) bool { return d.pathIDs[0] != d.pathIDs[1] }}

// tsharkAS4Target: the text of a membership in tshark.
var tsharkAS4Target = dispute{fieldNLRI, "tshark writes the AS of a route target of type 2 as 4294967295 in memberships (RFC 5668 §2 has it)",
	func(d *difference) bool { return strings.Contains(d.theirs, "route-target=4294967295:") }}

// flowOffset: the pattern behind an offset.
var flowOffset = dispute{fieldNLRI, "RFC 8956 §3.1: the pattern of an IPv6 prefix has its length less the offset, not the whole length",
	func(d *difference) bool {
		return strings.Contains(d.ours, " offset ") || strings.Contains(d.theirs, " offset ")
	}}

// flowUnknown: what stands behind a component that is not known.
var flowUnknown = dispute{fieldNLRI, "behind a component of an unknown type nothing can be cut (RFC 8955 §4.2)",
	func(d *difference) bool {
		return strings.Contains(d.ours, "rule=0x") || strings.Contains(d.ours, " 0x")
	}}

// otherStack: how many labels there are.
var otherStack = dispute{fieldNLRI, "RFC 8277 §2.2, §2.4: without the Multiple Labels capability there is one label, whatever its S bit says, and one field in a withdrawal",
	func(d *difference) bool { return labels(d.theirs) != labels(d.ours) && labelFamily(d.family) }}

// tsharkStops: a list that ends before the field does.
var tsharkStops = dispute{fieldNLRI, "tshark stops, without a word, at a flow specification with TCP flags of two octets (RFC 8955 §4.2.2.9 has them)",
	func(d *difference) bool { return d.theirs == "" && slices.ContainsFunc(d.beside, wideFlags) }}

// wideFlags says that a flow specification has TCP flags of more than one octet.
func wideFlags(r route) bool {
	for term := range strings.FieldsFuncSeq(r["flow 9"], func(c rune) bool { return strings.ContainsRune("|&=!", c) }) {
		if len(term) > len("0xff") {
			return true
		}
	}
	return false
}

// partOfTarget: memberships of less than a whole route target, or of what is none.
var partOfTarget = dispute{fieldNLRI, "a membership of 32 to 95 bits has no whole route target, and one of another type is none (RFC 4684 §4): the oracle writes one all the same",
	func(d *difference) bool { return strings.Contains(d.ours, "route-target=0x") }}

// labels is how many labels a route has by its text.
func labels(text string) int {
	_, list, ok := strings.Cut(text, "labels=")
	if !ok {
		return 0
	}
	list, _, _ = strings.Cut(list, " ")
	return 1 + strings.Count(list, ",")
}

func labelFamily(key string) bool {
	return strings.HasSuffix(key, "-labeled") || strings.Contains(key, "vpnv") && !strings.Contains(key, "flowspec") && !strings.Contains(key, "mvpn")
}
