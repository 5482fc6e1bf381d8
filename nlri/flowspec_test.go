package nlri

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func TestRulesOfFlowSpecifications(t *testing.T) {
	for name, want := range map[string]string{
		"a flow specification": "destination 192.0.2.0/24 protocol =6",
		"a flow specification of all components": "destination 192.0.2.0/24 source 10.0.0.0/8 protocol =6|=17 port =80 destination-port >=80&<=90 source-port =8080" +
			" icmp-type =8 icmp-code false tcp-flags =0x2&!0x10|!=0x20 packet-length <1500 dscp =46 fragment 0x5",
		"a flow specification with a value of 8 octets":        "packet-length >1500|=1",
		"a flow specification with a long length":              "protocol =6",
		"a flow specification with an unknown component":       "destination 10.0.0.0/8 0x6301",
		"an IPv6 flow specification with an offset":            "source ::1234:5678:9a00:0/104 offset 64 protocol =6",
		"an IPv6 flow specification with an odd offset":        "destination 2001:db8::/32 source ::1234:5678:9a00:0/104 offset 65",
		"an IPv6 flow specification for every address":         "destination ::/0 flow-label =1048575",
		"a layer 2 flow specification of another draft":        "ether-type =6 0x0f81",
		"a layer 2 flow specification with a long MAC address": "source-mac 0x0011223344556677",
	} {
		s := sampleOf(t, name)
		v, ok := AsFlowSpec(s.family, unhex(s.octets))
		if got := string(v.AppendText(nil)); !ok || got != want {
			t.Errorf("%s: %v\ngot  %s\nwant %s", name, ok, got, want)
		}
	}
}

func TestComponentsOfFlowSpecifications(t *testing.T) {
	s := sampleOf(t, "a flow specification of all components")
	v, _ := AsFlowSpec(s.family, unhex(s.octets))
	var types []FlowType
	for c := range v.All() {
		types = append(types, c.Type())
		_, offset, isPrefix := c.Prefix()
		var terms []FlowTerm
		for term := range c.Terms() {
			terms = append(terms, term)
		}
		_, isMAC := c.MAC()
		if isPrefix != (c.Type() <= FlowSource) || isPrefix != (len(terms) == 0) || offset != 0 || isMAC {
			t.Errorf("%v: prefix %v, MAC %v, %d terms", c.Type(), isPrefix, isMAC, len(terms))
		}
		if c.Type() == FlowDestinationPort {
			want := []FlowTerm{{FlowGreater | FlowEqual, 80}, {FlowEnd | FlowAnd | FlowLess | FlowEqual, 90}}
			if !slices.Equal(terms, want) {
				t.Errorf("destination ports %v, want %v", terms, want)
			}
		}
	}
	if want := []FlowType{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}; !slices.Equal(types, want) {
		t.Errorf("components %v", types)
	}

	s = sampleOf(t, "an IPv6 flow specification with an odd offset")
	v, _ = AsFlowSpec(s.family, unhex(s.octets))
	for c := range v.All() {
		p, offset, ok := c.Prefix()
		switch c.Type() {
		case FlowDestination:
			ok = ok && p == mustPrefix("2001:db8::/32") && offset == 0
		case FlowSource:
			ok = ok && p == mustPrefix("::1234:5678:9a00:0/104") && offset == 65
		}
		if !ok {
			t.Errorf("%v %v offset %d", c.Type(), p, offset)
		}
	}

	s = sampleOf(t, "a layer 2 flow specification")
	v, _ = AsFlowSpec(s.family, unhex(s.octets))
	for c := range v.All() {
		mac, ok := c.MAC()
		if ok != (c.Type() == FlowSourceMAC || c.Type() == FlowDestinationMAC) || c.Type() == FlowSourceMAC && mac.String() != "00:11:22:33:44:55" {
			t.Errorf("%v: %v, %v", c.Type(), mac, ok)
		}
	}
}

// TestRandomRulesAreReadAsTheyWereMade makes rules and what they say side by side.
func TestRandomRulesAreReadAsTheyWereMade(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		f := [...]Family{FlowSpec4, FlowSpec6, FlowSpecVPN4, FlowSpecVPN6}[rng.IntN(4)]
		var rule []string
		var components []byte
		for kind := FlowDestination; kind <= FlowLabel; kind++ {
			if rng.IntN(3) > 0 || kind == FlowLabel && f.AFI() == AFIIPv4 {
				continue
			}
			var text string
			if kind <= FlowSource {
				components, text = randomFlowPrefix(rng, append(components, byte(kind)), f)
			} else {
				components, text = randomFlowTerms(rng, append(components, byte(kind)), kind)
			}
			rule = append(rule, kind.String()+" "+text)
		}
		if len(rule) == 0 {
			continue
		}
		if f.SAFI() == SAFIFlowSpecVPN {
			components = append(unhex(rd1), components...)
		}
		n := append([]byte{byte(len(components))}, components...)
		if len(components) >= 240 || rng.IntN(4) == 0 {
			n = append([]byte{0xf0 | byte(len(components)>>8), byte(len(components))}, components...)
		}
		v, ok := AsFlowSpec(f, n)
		if !ok {
			t.Fatalf("%v %x, %v: %v", f, n, rule, Check(f, 0, n))
		}
		if got, want := string(v.AppendText(nil)), strings.Join(rule, " "); got != want || Opaque(f, n) {
			t.Fatalf("%v %x\ngot  %s\nwant %s", f, n, got, want)
		}
	}
}

func randomFlowPrefix(rng *rand.Rand, dst []byte, f Family) ([]byte, string) {
	if f.AFI() == AFIIPv4 {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(rng.IntN(256)), byte(rng.IntN(256)), byte(rng.IntN(256)), byte(rng.IntN(256))}), rng.IntN(33)).Masked()
		return AppendPrefix(dst, p), p.String()
	}
	bits := rng.IntN(129)
	offset := rng.IntN(max(bits, 1))
	var address [16]byte
	pattern := make([]byte, (bits-offset+7)/8)
	for bit := offset; bit < bits; bit++ {
		if rng.IntN(2) == 0 {
			address[bit/8] |= 0x80 >> (bit % 8)
			pattern[(bit-offset)/8] |= 0x80 >> ((bit - offset) % 8)
		}
	}
	text := netip.PrefixFrom(netip.AddrFrom16(address), bits).String()
	if offset > 0 {
		text += fmt.Sprint(" offset ", offset)
	}
	return append(append(dst, byte(bits), byte(offset)), pattern...), text
}

func randomFlowTerms(rng *rand.Rand, dst []byte, kind FlowType) ([]byte, string) {
	text := ""
	for i, n := 0, 1+rng.IntN(4); i < n; i++ {
		size := rng.IntN(4)
		o := FlowOperator(size<<4 | rng.IntN(16))
		value := rng.Uint64() >> (64 - 8<<size)
		and := rng.IntN(2) == 0
		if and {
			o |= FlowAnd
		}
		if i == n-1 {
			o |= FlowEnd
		}
		dst = append(dst, byte(o))
		for octet := 1<<size - 1; octet >= 0; octet-- {
			dst = append(dst, byte(value>>(8*octet)))
		}
		switch {
		case i > 0 && and:
			text += "&"
		case i > 0:
			text += "|"
		}
		switch comparison := o & 7; {
		case kind == FlowTCPFlags || kind == FlowFragment:
			if o&FlowNot != 0 {
				text += "!"
			}
			if o&FlowMatch != 0 {
				text += "="
			}
			text += fmt.Sprintf("0x%x", value)
		case comparison == 0:
			text += "false"
		case comparison == 7:
			text += "true"
		case comparison == FlowLess|FlowGreater:
			text += fmt.Sprint("!=", value)
		default:
			if o&FlowLess != 0 {
				text += "<"
			}
			if o&FlowGreater != 0 {
				text += ">"
			}
			if o&FlowEqual != 0 {
				text += "="
			}
			text += fmt.Sprint(value)
		}
	}
	return dst, text
}

func TestAFlowSpecViewIsRefusedToOtherFamiliesAndMalformedRules(t *testing.T) {
	for _, s := range append(soundSamples, malformedSamples...) {
		n := unhex(s.octets)
		l := layoutOf(s.family, 0)
		want := (l == flowSpec || l == flowSpecVPN) && Check(s.family, 0, n) == nil
		if _, ok := AsFlowSpec(s.family, n); ok != want {
			t.Errorf("%s: %v, want %v", s.name, ok, want)
		}
	}
}

func TestFlowTypesHaveNames(t *testing.T) {
	for kind := FlowDestination; kind <= FlowInnerVLANCoS; kind++ {
		if name := kind.String(); name[0] < 'a' || name[0] > 'z' {
			t.Errorf("component type %d is called %q", kind, name)
		}
	}
	if name := FlowType(99).String(); name != "99" {
		t.Errorf("component type 99 is called %q", name)
	}
}
