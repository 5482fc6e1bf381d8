package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/dci-rs/dci-rs/nlri"
)

// The functions here bring texts of several decoders to one spelling. Each says what it gives up.

// unmarshal keeps numbers as they are written: 64 bits do not fit into a float.
// What is no number in Python, NaN and Infinity, is nothing.
func unmarshal(b []byte, v any) error {
	for _, odd := range []string{"NaN", "Infinity", "-Infinity"} {
		for _, before := range []string{":", ": ", "[", ",", ", "} {
			b = bytes.ReplaceAll(b, []byte(before+odd), []byte(before+"null"))
		}
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(v)
}

// word is a JSON string, number or bool as text; "" for anything else.
func word(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// items is a JSON list, or what stands alone where tshark and exabgp write a list of one without brackets.
func items(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// object is a JSON object, or an empty one.
func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// refusal is why an oracle refuses a message that the vote calls valid, by the words of its error.
func refusal(text string) string {
	for _, unknown := range []string{"family", "Unknown EVPN", "unknown evpn", "Unsupported", "supported", "bgp-ls-vpn"} {
		if strings.Contains(text, unknown) {
			return unknownToIt
		}
	}
	return "it refuses the message"
}

// community is a community in numbers, since every decoder has other names for the well-known ones.
func community(c uint32) string { return fmt.Sprintf("%d:%d", c>>16, c&0xffff) }

// plainAS writes the AS number of a Route Distinguisher or route target as one number: "0.65000:1" and
// "3.435:300" are the notation asdot of RFC 5396, which others use for all or none of the 4-octet ones. It
// gives up the difference between types 0 and 2, which their texts do not show.
func plainAS(text string) string {
	admin, number, ok := strings.Cut(text, ":")
	high, low, dotted := strings.Cut(admin, ".")
	if !ok || !dotted || strings.Contains(low, ".") {
		return text
	}
	h, errHigh := strconv.ParseUint(high, 10, 16)
	l, errLow := strconv.ParseUint(low, 10, 32) // ours writes 0.70000 never, and 0.65000 where it fits into 16 bits
	if errHigh != nil || errLow != nil {
		return text
	}
	return fmt.Sprintf("%d:%s", h<<16|l, number)
}

// distinct sorts and leaves out what is repeated: RFC 8092 §5 lets a receiver remove redundant large communities.
func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// octets are digits with colons between, as tshark has them.
func octets(text string) []byte {
	b, _ := hex.DecodeString(strings.ReplaceAll(text, ":", ""))
	return b
}

// rdOctets is the text of a Route Distinguisher that an oracle gives as 8 octets.
func rdOctets(text string) string {
	b := octets(text)
	if len(b) != 8 {
		return text
	}
	return plainAS(nlri.RD(b).String())
}

// address is an address in its shortest form, which not every decoder writes.
func address(text string) string {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return text
	}
	return a.String()
}

// prefixOf is a prefix in its shortest form with host bits cleared, as some decoders leave them.
func prefixOf(text string) string {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return text
	}
	return p.Masked().String()
}

// labelStack reads labels as others write them. The field 0x800000 is a number of 24 bits to gobgp, and to tshark a
// withdrawal, as is 0x000000.
func labelStack(labels string) string {
	switch labels {
	case "8388608":
		return "524288"
	case "0 (withdrawn)":
		return "524288|0"
	}
	labels, _, _ = strings.Cut(labels, " ") // "16,17 (bottom)"
	return labels
}

// pathID is a Path Identifier as a number, which exabgp writes as an IPv4 address.
func pathID(text string) string {
	a, err := netip.ParseAddr(text)
	if err != nil || !a.Is4() {
		return text
	}
	b := a.As4()
	return fmt.Sprint(uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]))
}

// segment is a part of an AS_PATH: its type by number and its AS numbers.
type segment struct {
	kind    int
	numbers []string
}

// pathWords are the words of an AS_PATH in our text. It gives up where one sequence ends and another begins.
func pathWords(segments []segment) []string {
	brackets := [...]string{1: "{,}", 2: "", 3: "( )", 4: "[,]"}
	var words []string
	for _, s := range segments {
		if s.kind >= len(brackets) || brackets[s.kind] == "" {
			words = append(words, s.numbers...)
			continue
		}
		b := brackets[s.kind]
		words = append(words, b[:1]+strings.Join(s.numbers, b[1:2])+b[2:])
	}
	return strings.Fields(strings.Join(words, " "))
}
