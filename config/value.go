package config

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/dci-rs/dci-rs/nlri"
	"github.com/dci-rs/dci-rs/wire"
)

// Each reader of a value returns the zero value and ok = false after it reported a problem.

func (d *decoder) number(v *yaml.Node, least, most uint64) (n uint64, ok bool) {
	want := fmt.Sprintf("a number from %d to %d", least, most)
	s, ok := d.text(v, want)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n < least || n > most {
		d.wrong(v, want)
		return 0, false
	}
	return n, true
}

func (d *decoder) truth(v *yaml.Node) bool {
	s, ok := d.text(v, "true or false")
	if ok && s != "true" && s != "false" {
		d.wrong(v, "true or false")
	}
	return s == "true"
}

// choice returns the index of a word among those allowed, -1 after a problem.
func (d *decoder) choice(v *yaml.Node, words ...string) int {
	want := strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	s, ok := d.text(v, want)
	if !ok {
		return -1
	}
	for i, word := range words {
		if s == word {
			return i
		}
	}
	d.wrong(v, want)
	return -1
}

// seconds reads a duration in whole seconds, as 90s, 2m or a plain number, up to what a field of
// two octets holds.
func (d *decoder) seconds(v *yaml.Node, least time.Duration) time.Duration {
	return d.duration(v, least, fmt.Sprintf("a duration such as 90s, from %ds to 65535s", int(least)))
}

func (d *decoder) duration(v *yaml.Node, least time.Duration, want string) time.Duration {
	s, ok := d.text(v, want)
	if !ok {
		return 0
	}
	duration, err := time.ParseDuration(s)
	if n, plain := strconv.ParseUint(s, 10, 32); plain == nil {
		duration, err = time.Duration(n)*time.Second, nil
	}
	if n := duration / time.Second; err != nil || duration%time.Second != 0 || n < least || n > 65535 {
		d.wrong(v, want)
		return 0
	}
	return duration
}

func (d *decoder) asn(v *yaml.Node) uint32 {
	n, ok := d.number(v, 1, 1<<32-1)
	// RFC 6793 §9: 23456 stands for a number that a 2-octet speaker cannot write.
	if ok && n == 23456 {
		d.errorf(v, "%s: 23456 is AS_TRANS and nobody's, want the real number of the AS", d.key)
		return 0
	}
	return uint32(n)
}

func (d *decoder) routerID(v *yaml.Node) wire.RouterID {
	const want = "four octets such as 192.0.2.1, not 0.0.0.0"
	s, ok := d.text(v, want)
	if !ok {
		return wire.RouterID{}
	}
	id, err := wire.ParseRouterID(s)
	if err != nil || id.IsZero() {
		d.wrong(v, want)
		return wire.RouterID{}
	}
	return id
}

// address reads an address that a TCP session can have.
func (d *decoder) address(v *yaml.Node) netip.Addr {
	const want = "an IP address such as 10.1.0.1 or 2001:db8::1"
	s, ok := d.text(v, want)
	if !ok {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.IsUnspecified() || a.IsMulticast() || a.Is4In6() {
		d.wrong(v, want)
		return netip.Addr{}
	}
	if a.Is6() && a.IsLinkLocalUnicast() && a.Zone() == "" {
		d.errorf(v, "%s: %s is link-local, want its interface too, such as %s%%eth0", d.key, a, a)
		return netip.Addr{}
	}
	return a
}

func (d *decoder) addressPort(v *yaml.Node, want string) netip.AddrPort {
	s, ok := d.text(v, want)
	if !ok {
		return netip.AddrPort{}
	}
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		d.wrong(v, want)
	}
	return a
}

func (d *decoder) prefix(v *yaml.Node) netip.Prefix {
	const want = "a prefix such as 10.2.0.0/16"
	s, ok := d.text(v, want)
	if !ok {
		return netip.Prefix{}
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || p.Addr().Is4In6() {
		d.wrong(v, want)
		return netip.Prefix{}
	}
	if p != p.Masked() {
		d.errorf(v, "%s: %q has bits set behind the length, want %s", d.key, s, p.Masked())
		return netip.Prefix{}
	}
	return p
}

// family reads the name of a family that the codec knows.
func (d *decoder) family(v *yaml.Node) (f nlri.Family, ok bool) {
	s, ok := d.text(v, "a family such as evpn")
	if !ok {
		return 0, false
	}
	f, err := nlri.ParseFamily(s)
	switch {
	case err != nil:
		d.errorf(v, "%s: %v", d.key, err)
	case !f.Supported():
		d.errorf(v, "%s: family %s is not known to this version, its routes can be relayed as bytes with opaque-families", d.key, s)
	default:
		return f, true
	}
	return 0, false
}
