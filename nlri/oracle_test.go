package nlri

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// reader takes an NLRI apart bit by bit: slow, and nothing like the code under test.
type reader string

func readerOf(n []byte) reader {
	var bits strings.Builder
	for _, octet := range n {
		fmt.Fprintf(&bits, "%08b", octet)
	}
	return reader(bits.String())
}

func (r *reader) take(bits int) string {
	s := string((*r)[:bits])
	*r = (*r)[bits:]
	return s
}

func (r *reader) number(bits int) int {
	v := 0
	fmt.Sscanf(r.take(bits), "%b", &v)
	return v
}

// oracle returns what makes a sound NLRI this route and no other, and what it shares with its relatives, both after the
// table of keys and localities.
func oracle(f Family, form Form, n NLRI) (identity, relatives string) {
	r := readerOf(n)
	whole := string(r)
	switch f {
	case IPv4Unicast, IPv6Unicast, IPv4Multicast, IPv6Multicast, IPv4Labeled, IPv6Labeled, VPNv4, VPNv6:
		length := r.number(8)
		labeled := f.SAFI() == SAFILabeled || f.SAFI() == SAFIVPN
		for last := !labeled; !last; {
			label := r.take(24)
			length -= 24
			last = label[23] == '1' || form&Withdraw != 0 || form&LabelStack == 0
		}
		if f.SAFI() == SAFIVPN {
			rd := r.take(64)
			return fmt.Sprint(rd, length-64, r.take(length-64)), rd
		}
		prefix := r.take(length)
		cover := 16
		if f.AFI() == AFIIPv6 {
			cover = 32
		}
		switch {
		case length >= cover:
			relatives = "in " + prefix[:cover]
		case labeled:
			relatives = "short " + prefix[:length-length%8]
		default:
			relatives = fmt.Sprint("short ", length, prefix[:length-length%8])
		}
		return fmt.Sprint(length, prefix), relatives
	case RouteTarget:
		length := r.number(8)
		prefix := r.take(length)
		return fmt.Sprint(length, prefix), fmt.Sprint(length, prefix[:length-length%8])
	case EVPN:
		kind, length := r.number(8), r.number(8)
		if kind == 11 {
			return whole, whole
		}
		rd := r.take(64)
		switch kind {
		case 1:
			return fmt.Sprint(1, rd, r.take(80), r.take(32)), rd
		case 2:
			r.take(80)
			tag, mac := r.take(32), r.take(56)
			bits := r.number(8)
			return fmt.Sprint(2, rd, tag, mac, bits, r.take(bits)), rd
		case 5:
			r.take(80)
			tag, bits := r.take(32), r.number(8)
			return fmt.Sprint(5, rd, tag, length, bits, r.take(bits)), rd
		case 6, 7:
			return whole[:len(whole)-8], rd
		case 8:
			return whole[:len(whole)-48], rd
		}
		return whole, rd
	case VPLS:
		length := r.number(16)
		rd := r.take(64)
		if length == 17 {
			return fmt.Sprint(17, rd, r.take(16), r.take(16)), rd
		}
		return whole, rd
	case BGPLS:
		node := whole[(4+9)*8:]
		tlv := reader(node[16:])
		return whole, node[:32+8*tlv.number(16)]
	case BGPLSVPN:
		return whole, whole[32:96]
	case FlowSpec4, FlowSpec6, SRPolicy4, SRPolicy6:
		return whole, whole
	case FlowSpecVPN4, FlowSpecVPN6:
		return whole, whole[8:72]
	case MVPN4, MVPN6:
		if r.number(8) == 4 {
			return whole, whole
		}
		return whole, whole[16:80]
	case MUP4, MUP6:
		architecture, kind := r.number(8), r.number(16)
		r.take(8)
		rd := r.take(64)
		if architecture != 1 || kind == 2 || kind > 4 {
			return whole, rd
		}
		bits := r.number(8)
		return fmt.Sprint(kind, rd, bits, r.take(bits)), rd
	}
	panic(f)
}

// randomNLRI draws from so few values that the same route comes up again and again with other labels, segments, gateways
// and host bits.
func randomNLRI(rng *rand.Rand, f Family) (Form, NLRI) {
	rd := mustRD(fmt.Sprintf("10.0.0.1:%d", rng.IntN(2)))
	esi := ESI{9: byte(rng.IntN(2))}
	tag := EthernetTag(rng.IntN(2))
	mac := MAC{5: byte(rng.IntN(2))}
	label := LabelField(rng.IntN(1 << 24))
	address := mustAddr(fmt.Sprintf("10.%d.0.1", rng.IntN(2)))
	if f.AFI() == AFIIPv6 || f.AFI() == AFIL2VPN && rng.IntN(2) == 0 {
		address = mustAddr(fmt.Sprintf("2001:%d::1", rng.IntN(2)))
	}
	form := Form(rng.IntN(4)) << 1 // LabelStack and Withdraw, each or not
	labels := []Label{Label(rng.IntN(1 << 20))}
	if form == LabelStack {
		for range rng.IntN(3) {
			labels = append(labels, Label(rng.IntN(1<<20)))
		}
	}
	length := []int{0, 1, 7, 8, 9, 13, 15, 16, 17, 24, 31, 32}[rng.IntN(12)]
	prefix := netip.PrefixFrom(address, length)
	hostBits := func(n NLRI, end, length int) NLRI {
		if length%8 != 0 {
			n[end-1] |= byte(rng.IntN(256)) & (0xff >> (length % 8))
		}
		return n
	}
	switch f {
	case IPv4Unicast, IPv6Unicast, IPv4Multicast, IPv6Multicast:
		n := AppendPrefix(nil, prefix)
		return form, hostBits(n, len(n), length)
	case IPv4Labeled, IPv6Labeled:
		n := AppendLabeled(nil, labels, prefix)
		return form, hostBits(n, len(n), length)
	case VPNv4, VPNv6:
		n := AppendVPN(nil, rd, labels, prefix)
		return form, hostBits(n, len(n), length)
	case RouteTarget:
		bits := []int{0, 32, 33, 40, 47, 48, 96}[rng.IntN(7)]
		n := AppendRTMembership(nil, uint32(rng.IntN(2)), [8]byte{1: 2, 7: byte(rng.IntN(2))}, bits)
		return 0, hostBits(n, len(n), bits)
	case EVPN:
		m := EVPNMulticastFields{rd, esi, tag, netip.Addr{}, mustAddr("239.1.1.1"), address, uint8(rng.IntN(8)), MulticastFlags(rng.IntN(8))}
		if rng.IntN(2) == 0 {
			m.Source = address
		}
		switch rng.IntN(13) {
		case 0:
			return 0, AppendEthernetAD(nil, rd, esi, tag, label)
		case 1:
			return 0, AppendMACIP(nil, MACIPFields{rd, esi, tag, mac, address, label, LabelField(rng.IntN(2))})
		case 2:
			return 0, AppendMACIP(nil, MACIPFields{rd, esi, tag, mac, netip.Addr{}, label, LabelField(rng.IntN(2))})
		case 3:
			return 0, AppendIMET(nil, rd, tag, address)
		case 4:
			return 0, AppendEthernetSegment(nil, rd, esi, address)
		case 5:
			n := NLRI(AppendIPPrefix(nil, IPPrefixFields{rd, esi, tag, prefix, address, label}))
			if rng.IntN(2) == 0 {
				n[28] |= byte(rng.IntN(256)) & byte(uint32(0xffffffff)>>length)
			}
			return 0, n
		case 6:
			return 0, AppendSMET(nil, m)
		case 7:
			return 0, AppendReportSynch(nil, m)
		case 8:
			return 0, AppendLeaveSynch(nil, m)
		case 9:
			return 0, AppendRegionIPMSI(nil, rd, tag, [8]byte{byte(rng.IntN(2))})
		case 10:
			return 0, AppendSPMSI(nil, m)
		case 11:
			return 0, AppendLeafAD(nil, AppendSPMSI(nil, m), address)
		}
		return 0, append(NLRI{12, 9, byte(rng.IntN(2))}, rd[:]...)
	case VPLS:
		if rng.IntN(2) == 0 {
			return 0, AppendVPLSAD(nil, rd, mustAddr("10.0.0.1"))
		}
		return 0, AppendVPLS(nil, VPLSFields{rd, uint16(rng.IntN(2)), uint16(rng.IntN(2)), uint16(rng.IntN(9)), labels[0]})
	case BGPLS, BGPLSVPN:
		descriptors := AppendTLV(nil, tlvLocalNode, AppendTLV(nil, tlvAS, []byte{0, 0, 0, byte(rng.IntN(2))}))
		descriptors = AppendTLV(descriptors, tlvIPv4Interface, []byte{10, 0, 0, byte(rng.IntN(2))})
		n := NLRI(AppendLinkState(nil, LinkStateLink, 2, 0, descriptors))
		if f == BGPLSVPN {
			n = slices.Insert(n, 4, rd[:]...)
			n[3] += 8
		}
		return 0, n
	case SRPolicy4, SRPolicy6:
		n := append(NLRI{byte(64 + address.BitLen())}, 0, 0, 0, byte(rng.IntN(2)), 0, 0, 0, byte(rng.IntN(2)))
		return 0, appendAddress(n, address)
	case FlowSpec4, FlowSpec6:
		return 0, NLRI{6, 3, 0x81, byte(rng.IntN(2)), 4, 0x81, byte(rng.IntN(2))}
	case FlowSpecVPN4, FlowSpecVPN6:
		return 0, append(append(NLRI{11}, rd[:]...), 3, 0x81, byte(rng.IntN(2)))
	case MVPN4, MVPN6:
		return 0, randomMVPN(rng, rd, address)
	case MUP4, MUP6:
		n := append(NLRI{1, 0, byte(1 + rng.IntN(5)), 0}, rd[:]...)
		switch n[2] {
		case 1, 3:
			n = AppendPrefix(n, prefix)
			n = hostBits(n, len(n), length)
			if n[2] == 3 {
				n = append(n, 0, 0, 0, byte(rng.IntN(256)), byte(rng.IntN(64)))
				n = appendSizedAddress(n, address)
			}
		case 2:
			n = appendAddress(n, address)
		case 4:
			teid := 4 * rng.IntN(4)
			n = appendAddress(append(n, byte(address.BitLen()+teid)), address)
			n = append(n, byte(rng.IntN(2))<<7, byte(rng.IntN(256)))[:len(n)+(teid+7)/8]
			n = hostBits(n, len(n), teid)
			n = append(n, 9, 1, byte(rng.IntN(256)))
		case 5:
			n = append(n, byte(rng.IntN(2)))
		}
		n[3] = byte(len(n) - 4)
		return 0, n
	}
	panic(f)
}

func randomMVPN(rng *rand.Rand, rd RD, address netip.Addr) NLRI {
	n := append(NLRI{byte(1 + rng.IntN(7)), 0}, rd[:]...)
	switch MVPNType(n[0]) {
	case MVPNIntraASIPMSI:
		n = appendAddress(n, address)
	case MVPNInterASIPMSI:
		n = append(n, 0, 0, 0, byte(rng.IntN(2)))
	case MVPNSPMSI:
		n = appendAddress(appendSizedAddress(appendSizedAddress(n, netip.Addr{}), address), address)
	case MVPNLeafAD:
		key := append(append(NLRI{2, 12}, rd[:]...), 0, 0, 0, byte(rng.IntN(2)))
		n = appendAddress(append(n[:2], key...), address)
	case MVPNSharedTreeJoin, MVPNSourceTreeJoin:
		n = append(n, 0, 0, 0, byte(rng.IntN(2)))
		fallthrough
	case MVPNSourceActive:
		n = appendSizedAddress(appendSizedAddress(n, address), mustAddr("239.1.1.1"))
	}
	n[1] = byte(len(n) - 2)
	return n
}

var oracleFamilies = []Family{
	IPv4Unicast, IPv6Unicast, IPv4Multicast, IPv6Multicast, IPv4Labeled, IPv6Labeled, VPNv4, VPNv6, EVPN, VPLS, BGPLS, BGPLSVPN, RouteTarget,
	FlowSpec4, FlowSpec6, FlowSpecVPN4, FlowSpecVPN6, MVPN4, MVPN6, SRPolicy4, SRPolicy6, MUP4, MUP6,
}

func TestKeysAndLocalitiesAreThoseOfTheOracle(t *testing.T) {
	for _, f := range oracleFamilies {
		rng := rand.New(rand.NewPCG(1, uint64(f)))
		keys, identities, localities := map[string]string{}, map[string]string{}, map[string]string{}
		repeated := 0
		for range 3000 {
			form, n := randomNLRI(rng, f)
			if err := Check(f, form, n); err != nil {
				t.Fatalf("%x: %v", n, err)
			}
			identity, relatives := oracle(f, form, n)
			key := string(AppendKey(nil, f, form, n))
			if former, ok := keys[identity]; ok && former != key {
				t.Fatalf("%v %x form %b: key %x, the same route had %x", f, n, form, key, former)
			} else if ok {
				repeated++
			}
			if former, ok := identities[key]; ok && former != identity {
				t.Fatalf("%v %x form %b: key %x is that of another route", f, n, form, key)
			}
			locality := Locality(f, form, n)
			if former, ok := localities[relatives]; ok && former != string(locality) {
				t.Fatalf("%v %x form %b: locality %x, its relatives have %x", f, n, form, locality, former)
			}
			if !within(n, locality) {
				t.Fatalf("%v %x: locality %x is no part of it", f, n, locality)
			}
			keys[identity], identities[key], localities[relatives] = key, identity, string(locality)

			withdrawn := AppendWithdraw(nil, f, form, n)
			if got := AppendKey(nil, f, form|Withdraw, withdrawn); string(got) != key {
				t.Fatalf("%v %x form %b: withdrawn as %x, key %x, want %x", f, n, form, withdrawn, got, key)
			}
			if got := Locality(f, form|Withdraw, withdrawn); !bytes.Equal(got, locality) {
				t.Fatalf("%v %x form %b: withdrawn as %x, locality %x, want %x", f, n, form, withdrawn, got, locality)
			}
		}
		if len(keys) < 4 || repeated < 1000 {
			t.Errorf("%v: %d routes, %d repeated: the draw shows nothing", f, len(keys), repeated)
		}
	}
}

// within reports whether part shares the memory of n.
func within(n NLRI, part []byte) bool {
	if len(part) == 0 {
		return true
	}
	for i := range n {
		if &n[i] == &part[0] {
			return i+len(part) <= len(n)
		}
	}
	return false
}
