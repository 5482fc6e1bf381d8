package wire

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/dci-rs/dci-rs/nlri"
)

func appendFamily3(dst []byte, f nlri.Family) []byte {
	return append(binary.BigEndian.AppendUint16(dst, uint16(f.AFI())), byte(f.SAFI()))
}

// AppendFlag appends a capability that has no value: CapRouteRefresh, CapEnhancedRefresh, CapExtendedMessage.
func (c Capabilities) AppendFlag(code CapabilityCode) Capabilities {
	return append(c, Capability{Code: code})
}

// AppendFamilies appends a multiprotocol capability for each family.
func (c Capabilities) AppendFamilies(families ...nlri.Family) Capabilities {
	for _, f := range families {
		value := binary.BigEndian.AppendUint16(nil, uint16(f.AFI()))
		c = append(c, Capability{CapMultiprotocol, append(value, 0, byte(f.SAFI()))})
	}
	return c
}

// AppendAS4 appends the 4-octet AS capability.
func (c Capabilities) AppendAS4(asn uint32) Capabilities {
	return append(c, Capability{CapAS4, binary.BigEndian.AppendUint32(nil, asn)})
}

// AddPathEntry is one entry of the ADD-PATH capability.
type AddPathEntry struct {
	Family nlri.Family
	Mode   AddPathMode
}

// AppendAddPath appends the ADD-PATH capability with the entries.
func (c Capabilities) AppendAddPath(entries ...AddPathEntry) Capabilities {
	var value []byte
	for _, e := range entries {
		value = append(appendFamily3(value, e.Family), byte(e.Mode))
	}
	return append(c, Capability{CapAddPath, value})
}

// AppendMultipleLabels appends the multiple labels capability: most labels of each family, 255 = no limit.
func (c Capabilities) AppendMultipleLabels(most uint8, families ...nlri.Family) Capabilities {
	var value []byte
	for _, f := range families {
		value = append(appendFamily3(value, f), most)
	}
	return append(c, Capability{CapMultipleLabels, value})
}

// AppendExtendedNextHop appends the extended next hop capability: IPv6 next hops for the families.
func (c Capabilities) AppendExtendedNextHop(families ...nlri.Family) Capabilities {
	var value []byte
	for _, f := range families {
		value = binary.BigEndian.AppendUint16(value, uint16(f.AFI()))
		value = binary.BigEndian.AppendUint16(value, uint16(f.SAFI()))
		value = binary.BigEndian.AppendUint16(value, uint16(nlri.AFIIPv6))
	}
	return append(c, Capability{CapExtendedNextHop, value})
}

// AppendRole appends the BGP role capability.
func (c Capabilities) AppendRole(r Role) Capabilities {
	return append(c, Capability{CapRole, []byte{byte(r)}})
}

// AppendGracefulRestart appends the graceful restart capability. Times above 4,095 s are cut to that.
func (c Capabilities) AppendGracefulRestart(g GracefulRestart) Capabilities {
	value := binary.BigEndian.AppendUint16(nil, min(g.Time, 0x0fff))
	value[0] |= flagIf(g.Restarted, restartFlag) | flagIf(g.Notification, notificationFlag)
	for _, f := range g.Families {
		value = append(appendFamily3(value, f.Family), flagIf(f.ForwardingState, forwardingFlag))
	}
	return append(c, Capability{CapGracefulRestart, value})
}

// AppendLongLived appends the long-lived graceful restart capability. Times above 2^24-1 s are cut to that.
func (c Capabilities) AppendLongLived(families ...GracefulFamily) Capabilities {
	var value []byte
	for _, f := range families {
		t := min(f.StaleTime, 1<<24-1)
		value = append(appendFamily3(value, f.Family), flagIf(f.ForwardingState, forwardingFlag), byte(t>>16), byte(t>>8), byte(t))
	}
	return append(c, Capability{CapLongLivedGR, value})
}

// AppendFQDN appends the FQDN capability: names of 64 octets at most, longer ones are cut.
func (c Capabilities) AppendFQDN(host, domain string) Capabilities {
	return append(c, Capability{CapFQDN, appendText(appendText(nil, host, 64), domain, 64)})
}

// AppendSoftwareVersion appends the software version capability: 64 octets at most, a longer one is cut.
func (c Capabilities) AppendSoftwareVersion(version string) Capabilities {
	return append(c, Capability{CapSoftwareVersion, appendText(nil, version, 64)})
}

// appendText appends text behind its length of one octet, cut to most octets at the start of a character.
func appendText(dst []byte, text string, most int) []byte {
	if len(text) > most {
		for most > 0 && !utf8.RuneStart(text[most]) {
			most--
		}
		text = text[:most]
	}
	return append(append(dst, byte(len(text))), text...)
}

func flagIf(set bool, flag byte) byte {
	if set {
		return flag
	}
	return 0
}
