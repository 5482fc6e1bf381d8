package wire

import (
	"encoding/binary"
	"iter"
	"strconv"
)

// DPath is the value of D-PATH (draft-ietf-bess-evpn-ipvpn-interworking §4): segments of a number of
// domains (1 octet) and domains. It borrows.
type DPath []byte

// Domain is one domain of D-PATH: DOMAIN-ID (4 octets and 2), ISF_SAFI_TYPE (1).
type Domain struct {
	Global uint32
	Local  uint16
	SAFI   uint8 // of the routes in the domain; 0: the route is local to the gateway
}

const domainLen = 7

// All yields the domains, the one that was left last first.
func (p DPath) All() iter.Seq[Domain] {
	return func(yield func(Domain) bool) {
		for rest := p; len(rest) > 0; {
			end := 1 + domainLen*int(rest[0])
			if end > len(rest) {
				return
			}
			for at := 1; at < end; at += domainLen {
				d := rest[at : at+domainLen]
				if !yield(Domain{binary.BigEndian.Uint32(d), binary.BigEndian.Uint16(d[4:]), d[6]}) {
					return
				}
			}
			rest = rest[end:]
		}
	}
}

// AppendText appends "65000:1:evpn", the last word a number where the SAFI has no name.
func (d Domain) AppendText(dst []byte) []byte {
	dst = strconv.AppendUint(dst, uint64(d.Global), 10)
	dst = strconv.AppendUint(append(dst, ':'), uint64(d.Local), 10)
	dst = append(dst, ':')
	switch d.SAFI {
	case 0:
		return append(dst, "local"...)
	case 1:
		return append(dst, "unicast"...)
	case 70:
		return append(dst, "evpn"...)
	case 128:
		return append(dst, "vpn"...)
	}
	return strconv.AppendUint(dst, uint64(d.SAFI), 10)
}

func (d Domain) String() string { return string(d.AppendText(nil)) }

// AppendDPath appends a value of D-PATH with the domains, at most 255, in one segment.
func AppendDPath(dst []byte, domains ...Domain) []byte {
	dst = append(dst, byte(len(domains)))
	for _, d := range domains {
		dst = binary.BigEndian.AppendUint32(dst, d.Global)
		dst = append(binary.BigEndian.AppendUint16(dst, d.Local), d.SAFI)
	}
	return dst
}

func checkDPath(v []byte, _ sessionKind) defect {
	for at := 0; at < len(v); {
		end := at + 1 + domainLen*int(v[at])
		switch {
		case v[at] == 0:
			return defect{reason: "a segment without domain", at: at}
		case end > len(v):
			return defect{reason: "a segment passes the end", at: at}
		}
		at = end
	}
	return defect{}
}
