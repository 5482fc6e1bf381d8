package bench

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// A Scale says how many sessions there are and how much each sender announces.
type Scale struct {
	Senders   int
	Receivers int
	Routes    int // of each sender
	Sets      int // attribute sets of each sender; 0 = as many as the workload has
}

func (s Scale) sessions() int { return s.Senders + s.Receivers }
func (s Scale) total() int    { return s.Senders * s.Routes }

func (s Scale) String() string {
	return fmt.Sprintf("%d × %d → %d", s.Senders, s.Routes, s.Receivers)
}

// A Workload is a kind of table.
type Workload struct {
	Name   string
	Family Family
	Build  func(s Scale) *Table

	// Constrained: sessions ask for some of the route targets (RFC 4684) and are told their routes alone.
	Constrained bool
}

// families are what a session of the workload offers.
func (w *Workload) families() []Family {
	if w.Constrained {
		return []Family{w.Family, routeTarget}
	}
	return []Family{w.Family}
}

// A recipe is a synthetic table. A sender uses its sets in turn, one for each UPDATE. A route carries its
// id at a fixed place, and every other octet follows from the id.
type recipe struct {
	perUpdate int
	sets      int // of each sender, 0 = one for each route
	label     int
	at        id
	find      func(field []byte) uint32 // instead of at
	route     func(dst []byte, r synthetic) []byte
	attrs     func(r synthetic) []byte
}

// synthetic is what a route is made of.
type synthetic struct {
	pe  uint32 // the sender
	set uint32 // of the sender, from 0
	id  uint32
}

func (r *recipe) workload(name string, f Family) *Workload {
	return &Workload{Name: name, Family: f, Build: func(s Scale) *Table { return r.build(f, s) }}
}

func (r *recipe) build(f Family, s Scale) *Table {
	t := NewTable(f)
	t.Find, t.at, t.PerUpdate, t.Label = r.find, r.at, r.perUpdate, r.label
	sets := r.sets
	if s.Sets > 0 && sets > 0 {
		sets = s.Sets
	}
	var octets []byte
	for sender := range s.Senders {
		t.AddSender()
		of := synthetic{pe: peerID(sender)}
		first := len(t.sets)
		for n := range s.Routes {
			set := n
			if sets > 0 {
				set = n / r.perUpdate % sets
			}
			of.id, of.set = uint32(sender*s.Routes+n), uint32(set)
			if first+set == len(t.sets) {
				t.AddSet(nextHop(f, of.pe), r.attrs(of))
			}
			octets = r.route(octets[:0], of)
			t.Add(octets, first+set)
		}
	}
	return t
}

// nextHop is that of MP_REACH_NLRI. VPN routes have an RD of 0 before it (RFC 4364 §4.3.2).
func nextHop(f Family, pe uint32) []byte {
	switch f {
	case ipv4:
		return nil
	case vpnv4:
		return binary.BigEndian.AppendUint32(make([]byte, 8), pe)
	}
	return binary.BigEndian.AppendUint32(nil, pe)
}

// Workloads are the synthetic tables.
func Workloads() []*Workload {
	rtc := vpnv4Recipe.workload("rtc", vpnv4)
	rtc.Constrained = true
	return []*Workload{
		evpn2Recipe.workload("evpn2", evpn), evpn5Recipe.workload("evpn5", evpn),
		vpnv4Recipe.workload("vpnv4", vpnv4), ipv4Recipe.workload("ipv4", ipv4),
		vplsRecipe.workload("vpls", vpls), linkStateRecipe.workload("ls", linkState),
		rtc,
	}
}

// firstVNI is the VNI of set 0, firstPrefix the prefix 1.0.0.0/24 of id 0.
const (
	firstVNI    = 10000
	firstPrefix = 1 << 16
)

// evpn2: MAC/IP routes (RFC 7432 §7.2). The RD is PE:set, the MAC 02:00 and the id, the address
// 10.0.0.0 plus the id, the label a VNI.
var evpn2Recipe = &recipe{
	perUpdate: 5, sets: 50, label: 36, at: id{27, 1<<32 - 1, 0},
	route: func(dst []byte, r synthetic) []byte {
		dst = appendRD(append(dst, 2, 37), r)
		dst = append(dst, make([]byte, 10+4)...) // ESI, Ethernet tag
		dst = binary.BigEndian.AppendUint32(append(dst, 48, 2, 0), r.id)
		dst = binary.BigEndian.AppendUint32(append(dst, 32), 10<<24+r.id)
		return appendLabel(dst, firstVNI+r.set)
	},
	attrs: vxlanAttrs,
}

// evpn5: IP prefix routes (RFC 9136 §3.1) of 10.0.0.0/32 plus the id.
var evpn5Recipe = &recipe{
	perUpdate: 5, sets: 50, label: 33, at: id{25, 1<<24 - 1, 0},
	route: func(dst []byte, r synthetic) []byte {
		dst = appendRD(append(dst, 5, 34), r)
		dst = append(dst, make([]byte, 10+4)...) // ESI, Ethernet tag
		dst = binary.BigEndian.AppendUint32(append(dst, 32), 10<<24+r.id)
		return appendLabel(append(dst, 0, 0, 0, 0), firstVNI+r.set) // behind the gateway
	},
	attrs: vxlanAttrs,
}

// vpnv4: prefixes of /24 behind a label and an RD (RFC 4364 §4.3.4).
var vpnv4Recipe = &recipe{
	perUpdate: 10, sets: 100, label: 1, at: id{11, 1<<24 - 1, firstPrefix},
	route: func(dst []byte, r synthetic) []byte {
		dst = appendRD(appendLabel(append(dst, 24+64+24), (16+r.set)<<4|1), r)
		return append(dst, prefix24(r.id)...)
	},
	attrs: func(r synthetic) []byte { return plainAttrs(rt(r.set)) },
}

// ipv4: prefixes of /24 in the form of RFC 4271, with an AS_PATH, a MED and two communities for each set.
var ipv4Recipe = &recipe{
	perUpdate: 4, sets: 1000, at: id{0, 1<<24 - 1, firstPrefix},
	route: func(dst []byte, r synthetic) []byte { return append(append(dst, 24), prefix24(r.id)...) },
	attrs: func(r synthetic) []byte {
		path, communities := []byte{2, 4}, []byte(nil)
		for _, as := range [4]uint32{64512 + r.pe&0xff, 3356, 4200000000 + r.set, 100000 + r.set} {
			path = binary.BigEndian.AppendUint32(path, as)
		}
		for n := range uint32(2) {
			communities = binary.BigEndian.AppendUint32(communities, rtAS<<16|r.set<<1|n)
		}
		dst := appendAttr(nil, flagTransitive, attrOrigin, 0)
		dst = appendAttr(dst, flagTransitive, attrASPath, path...)
		dst = appendAttr(dst, flagTransitive, attrNextHop, binary.BigEndian.AppendUint32(nil, r.pe)...)
		dst = appendAttr(dst, flagOptional, attrMED, binary.BigEndian.AppendUint32(nil, r.set)...)
		return appendAttr(dst, flagOptional|flagTransitive, attrCommunities, communities...)
	},
}

// vpls: routes of RFC 4761 §3.2.2 with RD 65000:id, a VE-ID and a block of eight labels.
var vplsRecipe = &recipe{
	perUpdate: 1, sets: 100, label: 16, at: id{6, 1<<32 - 1, 0},
	route: func(dst []byte, r synthetic) []byte {
		dst = append(dst, 0, 17, 0, 0, rtAS>>8, rtAS&0xff)
		dst = binary.BigEndian.AppendUint32(dst, r.id)
		dst = append(dst, 0, byte(1+r.set), 0, 1, 0, 8)
		return appendLabel(dst, (100000+8*r.set)<<4|1)
	},
	attrs: func(r synthetic) []byte { return plainAttrs(rt(r.set), 0x800a_1300_05dc_0064) }, // layer 2 info
}

func appendRD(dst []byte, r synthetic) []byte {
	dst = binary.BigEndian.AppendUint32(append(dst, 0, 1), r.pe)
	return binary.BigEndian.AppendUint16(dst, uint16(r.set))
}

func appendLabel(dst []byte, field uint32) []byte {
	return append(dst, byte(field>>16), byte(field>>8), byte(field))
}

func prefix24(id uint32) []byte { return appendLabel(nil, firstPrefix+id) }

// rt is the route target 65000:set.
func rt(set uint32) uint64 { return 0x0002_0000_0000_0000 | rtAS<<32 | uint64(set) }

// vxlanAttrs add the encapsulation community that says VXLAN (RFC 8365 §5.1.2).
func vxlanAttrs(r synthetic) []byte { return plainAttrs(rt(r.set), 0x030c_0000_0000_0008) }

// plainAttrs are ORIGIN IGP, an empty AS_PATH and the given extended communities.
func plainAttrs(communities ...uint64) []byte {
	dst := appendAttr(appendAttr(nil, flagTransitive, attrOrigin, 0), flagTransitive, attrASPath)
	var value []byte
	for _, c := range communities {
		value = binary.BigEndian.AppendUint64(value, c)
	}
	return appendAttr(dst, flagOptional|flagTransitive, attrExtCommunities, value...)
}

// FindWorkload is the synthetic table of a name.
func FindWorkload(name string) (*Workload, error) {
	found, err := choose("workload", Workloads(), workloadName, name)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func workloadName(w *Workload) string { return w.Name }

// WorkloadNames lists the synthetic tables, PhaseNames the phases, as a help text has them.
func WorkloadNames() string { return names(Workloads(), workloadName) }

func PhaseNames() string { return names(Phases(), phaseName) }

func names[T any](of []T, nameOf func(T) string) string {
	var list []string
	for _, t := range of {
		list = append(list, nameOf(t))
	}
	return strings.Join(list, ", ")
}

// choose finds what a comma-separated list names.
func choose[T any](kind string, from []T, nameOf func(T) string, list string) ([]T, error) {
	var chosen []T
	for name := range strings.SplitSeq(list, ",") {
		at := slices.IndexFunc(from, func(t T) bool { return nameOf(t) == name })
		if at < 0 {
			return nil, fmt.Errorf("unknown %s %q: choose from %s", kind, name, names(from, nameOf))
		}
		chosen = append(chosen, from[at])
	}
	return chosen, nil
}
