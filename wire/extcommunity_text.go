package wire

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"

	"github.com/dci-rs/dci-rs/nlri"
)

// extText is how the communities of a kind are written behind their name and a colon, and read.
// What is reserved is neither written nor read.
type extText struct {
	kind   ExtKind
	name   string
	append func(dst []byte, c ExtCommunity) []byte
	parse  func(p *textParser, c *ExtCommunity)
}

// extTexts are the kinds that have a text; any other is 0x and 16 digits.
var extTexts = [...]extText{
	{ExtRouteTarget, "rt", appendAdministered, parseAdministered},
	{ExtRouteTarget + 0x100, "rt", appendAdministered, nil},
	{ExtRouteTarget + 0x200, "rt", appendAdministered, nil},
	{ExtRouteOrigin, "ro", appendAdministered, parseAdministered},
	{ExtRouteOrigin + 0x100, "ro", appendAdministered, nil},
	{ExtRouteOrigin + 0x200, "ro", appendAdministered, nil},
	{ExtRedirect, "rt-redirect", appendAdministered, parseAdministered},
	{ExtRedirect + 0x100, "rt-redirect", appendAdministered, nil},
	{ExtRedirect + 0x200, "rt-redirect", appendAdministered, nil},
	{ExtEncapsulation, "encap", appendTunnel, parseTunnel},
	{ExtMACMobility, "mac-mobility", appendMACMobility, parseMACMobility},
	{ExtESILabel, "esi-label", appendESILabel, parseESILabel},
	{ExtESImport, "es-import", appendMAC, parseMAC},
	{ExtRouterMAC, "router-mac", appendMAC, parseMAC},
	{ExtDefaultGateway, "default-gateway", nil, nil},
	{ExtColor, "color", appendColor, parseColor},
	{ExtLinkBandwidth, "link-bandwidth", appendRate, parseRate},
	{ExtL2Attributes, "l2-attr", appendL2Attributes, parseL2Attributes},
	{ExtLayer2Info, "l2-info", appendLayer2Info, parseLayer2Info},
	{ExtDFElection, "df-election", appendDFElection, parseDFElection},
	{ExtTrafficRate, "traffic-rate-bytes", appendRate, parseRate},
	{ExtTrafficRatePacks, "traffic-rate-packets", appendRate, parseRate},
	{ExtTrafficAction, "traffic-action", appendTrafficAction, parseTrafficAction},
	{ExtTrafficMarking, "traffic-marking", appendMarking, parseMarking},
}

// AppendText appends name and value, "rt:65000:1" or "encap:vxlan", and "0x" with 16 digits where the kind
// has no name.
func (c ExtCommunity) AppendText(dst []byte) []byte {
	kind := c.Kind()
	for i := range extTexts {
		if t := &extTexts[i]; t.kind == kind {
			dst = append(dst, t.name...)
			if t.append == nil {
				return dst
			}
			return t.append(append(dst, ':'), c)
		}
	}
	return appendHexNumber(dst, c[:])
}

func (c ExtCommunity) String() string { return string(c.AppendText(nil)) }

// AppendTarget appends what stands behind the name in the text of a route target, route origin or
// redirection: "65000:1".
func (c ExtCommunity) AppendTarget(dst []byte) []byte { return appendAdministered(dst, c) }

// ParseExtCommunity reads what String writes.
func ParseExtCommunity(s string) (ExtCommunity, error) {
	p := newTextParser("extended community", s)
	var c ExtCommunity
	if strings.HasPrefix(s, "0x") {
		binary.BigEndian.PutUint64(c[:], p.hex(len(c)))
		return c, p.end()
	}
	name := p.word()
	for i := range extTexts {
		t := &extTexts[i]
		if t.name != name {
			continue
		}
		c.setKind(t.kind)
		switch {
		case t.append == nil:
		case !p.more:
			p.fail(s, "complete: want "+t.name+":VALUE")
		default:
			t.parse(&p, &c)
		}
		return c, p.end()
	}
	p.fail(name, "a kind: want "+strings.Join(extNames(), ", ")+" or 0x and 16 digits")
	return c, p.err
}

func extNames() (names []string) {
	for i := range extTexts {
		if extTexts[i].parse != nil || extTexts[i].append == nil {
			names = append(names, extTexts[i].name)
		}
	}
	return names
}

// ParseRouteTarget reads the text of a route target with or without its name: "65000:1", "rt:65000:1".
func ParseRouteTarget(s string) (ExtCommunity, error) {
	p := newTextParser("route target", s)
	p.rest = strings.TrimPrefix(s, "rt:")
	var c ExtCommunity
	c.setKind(ExtRouteTarget)
	parseAdministered(&p, &c)
	return c, p.end()
}

func appendAdministered(dst []byte, c ExtCommunity) []byte {
	// RFC 4360 §4: behind their type they look as Route Distinguishers do.
	rd := nlri.RD(c)
	rd[0], rd[1] = 0, c[0]&0x3f
	return rd.AppendText(dst)
}

func parseAdministered(p *textParser, c *ExtCommunity) {
	word := p.tail()
	rd, err := nlri.ParseRD(word)
	if err != nil || rd[0] != 0 || rd[1] > 2 {
		p.fail(word, "AS:NUMBER or IPV4:NUMBER such as 65000:1, 192.0.2.1:1 or 4200000000:1")
		return
	}
	*c = administered(c.Kind(), rd)
}

func appendTunnel(dst []byte, c ExtCommunity) []byte {
	t, _ := c.Tunnel()
	return t.AppendText(dst)
}

func parseTunnel(p *textParser, c *ExtCommunity) {
	t, err := ParseTunnelType(p.word())
	if err != nil {
		p.fail(err.(*TextError).Word, err.(*TextError).Want)
	}
	*c = Encapsulation(t)
}

// ParseTunnelType reads what String writes.
func ParseTunnelType(s string) (TunnelType, error) {
	for kind, name := range tunnelNames {
		if name != "" && name == s {
			return TunnelType(kind), nil
		}
	}
	v, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, &TextError{"tunnel type", s, s, "a tunnel type such as vxlan, mpls or geneve, nor a number up to 65535"}
	}
	return TunnelType(v), nil
}

func appendMACMobility(dst []byte, c ExtCommunity) []byte {
	sequence, sticky, _ := c.MACMobility()
	dst = appendNumbers(dst, uint64(sequence))
	if sticky {
		dst = append(dst, ":sticky"...)
	}
	return dst
}

func parseMACMobility(p *textParser, c *ExtCommunity) {
	sequence := uint32(p.uint(math.MaxUint32))
	sticky := p.more
	if sticky {
		p.oneOf("sticky")
	}
	*c = MACMobility(sequence, sticky)
}

var redundancyModes = [...]string{"all-active", "single-active"}

func appendESILabel(dst []byte, c ExtCommunity) []byte {
	label := nlri.LabelField(c[5])<<16 | nlri.LabelField(c[6])<<8 | nlri.LabelField(c[7])
	dst = append(label.MPLS().AppendText(dst), ':')
	return append(dst, redundancyModes[c[2]&1]...)
}

func parseESILabel(p *textParser, c *ExtCommunity) {
	label := nlri.Label(p.uint(1<<20 - 1))
	*c = ESILabel(label.Field(), p.oneOf(redundancyModes[:]...) == 1)
}

func appendMAC(dst []byte, c ExtCommunity) []byte { return nlri.MAC(c[2:]).AppendText(dst) }

func parseMAC(p *textParser, c *ExtCommunity) {
	word := p.tail()
	mac, err := nlri.ParseMAC(word)
	if err != nil {
		p.fail(word, "a MAC address such as 00:11:22:33:44:55")
	}
	copy(c[2:], mac[:])
}

func appendColor(dst []byte, c ExtCommunity) []byte {
	dst = appendNumbers(dst, uint64(binary.BigEndian.Uint32(c[4:])))
	if c[2]|c[3] != 0 {
		dst = appendHexNumber(append(dst, ':'), c[2:4])
	}
	return dst
}

func parseColor(p *textParser, c *ExtCommunity) {
	binary.BigEndian.PutUint32(c[4:], uint32(p.uint(math.MaxUint32)))
	if p.more {
		binary.BigEndian.PutUint16(c[2:], uint16(p.hex(2)))
	}
}

func appendRate(dst []byte, c ExtCommunity) []byte {
	dst = append(appendNumbers(dst, uint64(binary.BigEndian.Uint16(c[2:]))), ':')
	return AppendFloat(dst, float32At(c[4:]))
}

func parseRate(p *textParser, c *ExtCommunity) {
	binary.BigEndian.PutUint16(c[2:], uint16(p.uint(math.MaxUint16)))
	binary.BigEndian.PutUint32(c[4:], math.Float32bits(p.float()))
}

func appendL2Attributes(dst []byte, c ExtCommunity) []byte {
	return appendNumbers(dst, uint64(binary.BigEndian.Uint16(c[2:])), uint64(binary.BigEndian.Uint16(c[4:])))
}

func parseL2Attributes(p *textParser, c *ExtCommunity) {
	binary.BigEndian.PutUint16(c[2:], uint16(p.uint(math.MaxUint16)))
	binary.BigEndian.PutUint16(c[4:], uint16(p.uint(math.MaxUint16)))
}

func appendLayer2Info(dst []byte, c ExtCommunity) []byte {
	return appendNumbers(dst, uint64(c[2]), uint64(c[3]), uint64(binary.BigEndian.Uint16(c[4:])), uint64(binary.BigEndian.Uint16(c[6:])))
}

func parseLayer2Info(p *textParser, c *ExtCommunity) {
	c[2], c[3] = byte(p.uint(math.MaxUint8)), byte(p.uint(math.MaxUint8))
	binary.BigEndian.PutUint16(c[4:], uint16(p.uint(math.MaxUint16)))
	binary.BigEndian.PutUint16(c[6:], uint16(p.uint(math.MaxUint16)))
}

func appendDFElection(dst []byte, c ExtCommunity) []byte {
	dst = append(appendNumbers(dst, uint64(c[2]&0x1f)), ':')
	dst = appendHexNumber(dst, c[3:5])
	if preference := binary.BigEndian.Uint16(c[6:]); preference != 0 {
		dst = appendNumbers(append(dst, ':'), uint64(preference))
	}
	return dst
}

func parseDFElection(p *textParser, c *ExtCommunity) {
	c[2] = byte(p.uint(0x1f))
	binary.BigEndian.PutUint16(c[3:], uint16(p.hex(2)))
	if p.more {
		binary.BigEndian.PutUint16(c[6:], uint16(p.uint(math.MaxUint16)))
	}
}

// trafficActions are the two lowest bits of a traffic action.
var trafficActions = [...]string{"none", "terminal", "sample", "sample-terminal"}

func appendTrafficAction(dst []byte, c ExtCommunity) []byte {
	return append(dst, trafficActions[c[7]&3]...)
}

func parseTrafficAction(p *textParser, c *ExtCommunity) { c[7] = byte(p.oneOf(trafficActions[:]...)) }

func appendMarking(dst []byte, c ExtCommunity) []byte { return appendNumbers(dst, uint64(c[7]&0x3f)) }

func parseMarking(p *textParser, c *ExtCommunity) { c[7] = byte(p.uint(0x3f)) }
