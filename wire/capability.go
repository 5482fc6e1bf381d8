package wire

import (
	"encoding/binary"
	"fmt"
	"iter"
	"strconv"

	"github.com/dci-rs/dci-rs/nlri"
)

// CapabilityCode is the first octet of a capability, RFC 5492 §4.
type CapabilityCode uint8

const (
	CapMultiprotocol      CapabilityCode = 1  // RFC 4760 §8
	CapRouteRefresh       CapabilityCode = 2  // RFC 2918 §2
	CapORF                CapabilityCode = 3  // RFC 5291 §5, kept and not used
	CapExtendedNextHop    CapabilityCode = 5  // RFC 8950 §4
	CapExtendedMessage    CapabilityCode = 6  // RFC 8654 §3
	CapBGPsec             CapabilityCode = 7  // RFC 8205 §2.1, kept and not used
	CapMultipleLabels     CapabilityCode = 8  // RFC 8277 §2.1
	CapRole               CapabilityCode = 9  // RFC 9234 §4.1
	CapGracefulRestart    CapabilityCode = 64 // RFC 4724 §3
	CapAS4                CapabilityCode = 65 // RFC 6793 §3
	CapDynamic            CapabilityCode = 67 // draft-ietf-idr-dynamic-cap
	CapMultisession       CapabilityCode = 68 // draft-ietf-idr-bgp-multisession
	CapAddPath            CapabilityCode = 69 // RFC 7911 §4
	CapEnhancedRefresh    CapabilityCode = 70 // RFC 7313 §3.1
	CapLongLivedGR        CapabilityCode = 71 // RFC 9494 §3.1
	CapRoutingPolicy      CapabilityCode = 72 // draft-ietf-idr-rpd
	CapFQDN               CapabilityCode = 73 // draft-walton-bgp-hostname-capability
	CapBFD                CapabilityCode = 74 // draft-ietf-idr-bgp-bfd-strict-mode
	CapSoftwareVersion    CapabilityCode = 75 // draft-abraitis-bgp-version-capability
	CapPathsLimit         CapabilityCode = 76 // draft-abraitis-idr-addpath-paths-limit
	CapLinkLocalNextHop   CapabilityCode = 77 // draft-ietf-idr-linklocal-capability
	CapRouteRefreshPreRFC CapabilityCode = 128
	CapORFPreRFC          CapabilityCode = 130
)

// capabilityRules holds, for each capability with a name, the lengths its value may have:
// least octets, and the step by which it may be longer (0: no longer; 1: any length).
var capabilityRules = [256]struct {
	name        string
	least, step uint8
}{
	CapMultiprotocol:      {"multiprotocol", 4, 0},
	CapRouteRefresh:       {"route-refresh", 0, 1},
	CapORF:                {"outbound-route-filtering", 0, 1},
	CapExtendedNextHop:    {"extended-next-hop", 0, 6},
	CapExtendedMessage:    {"extended-message", 0, 1},
	CapBGPsec:             {"bgpsec", 0, 1},
	CapMultipleLabels:     {"multiple-labels", 0, 4},
	CapRole:               {"role", 1, 0},
	CapGracefulRestart:    {"graceful-restart", 2, 4},
	CapAS4:                {"4-octet-as", 4, 0},
	CapDynamic:            {"dynamic-capability", 0, 1},
	CapMultisession:       {"multisession", 0, 1},
	CapAddPath:            {"add-path", 0, 4},
	CapEnhancedRefresh:    {"enhanced-route-refresh", 0, 1},
	CapLongLivedGR:        {"long-lived-graceful-restart", 0, 7},
	CapRoutingPolicy:      {"routing-policy-distribution", 0, 1},
	CapFQDN:               {"fqdn", 2, 1},
	CapBFD:                {"bfd-strict-mode", 0, 1},
	CapSoftwareVersion:    {"software-version", 1, 1},
	CapPathsLimit:         {"paths-limit", 0, 5},
	CapLinkLocalNextHop:   {"link-local-next-hop", 0, 1},
	CapRouteRefreshPreRFC: {"route-refresh-pre-rfc", 0, 1},
	CapORFPreRFC:          {"outbound-route-filtering-pre-rfc", 0, 1},
}

// AppendText appends the name in lower case, "capability 99" for a code without one.
func (c CapabilityCode) AppendText(dst []byte) []byte {
	if name := capabilityRules[c].name; name != "" {
		return append(dst, name...)
	}
	return strconv.AppendUint(append(dst, "capability "...), uint64(c), 10)
}

func (c CapabilityCode) String() string { return string(c.AppendText(nil)) }

// Capability is one capability of an OPEN: code, length (one octet each) and value. Those unknown
// here are kept like the others.
type Capability struct {
	Code  CapabilityCode
	Value []byte
}

// check returns what is wrong with the value, "" if nothing.
func (c Capability) check() string {
	rule := capabilityRules[c.Code]
	extra := len(c.Value) - int(rule.least)
	switch {
	case rule.name == "":
		return ""
	case extra < 0 || rule.step == 0 && extra != 0 || rule.step > 0 && extra%int(rule.step) != 0:
		return fmt.Sprintf("a value of %d octets is none it may have", len(c.Value))
	case c.Code == CapFQDN:
		if _, _, ok := cutTwoTexts(c.Value); !ok {
			return "a name is longer than the capability"
		}
	case c.Code == CapSoftwareVersion:
		if _, _, ok := cutText(c.Value); !ok {
			return "the version is longer than the capability"
		}
	}
	return ""
}

// cutText reads text behind its length of one octet.
func cutText(b []byte) (text string, rest []byte, ok bool) {
	if len(b) == 0 || len(b) < 1+int(b[0]) {
		return "", nil, false
	}
	end := 1 + int(b[0])
	return string(b[1:end]), b[end:], true
}

func cutTwoTexts(b []byte) (first, second string, ok bool) {
	first, b, ok = cutText(b)
	if ok {
		second, _, ok = cutText(b)
	}
	return first, second, ok
}

// Capabilities are the capabilities of one OPEN in their order.
type Capabilities []Capability

// Has says that a capability of the code is there.
func (c Capabilities) Has(code CapabilityCode) bool {
	_, ok := c.Find(code)
	return ok
}

// Find is the value of the first capability of the code.
func (c Capabilities) Find(code CapabilityCode) ([]byte, bool) {
	for value := range c.all(code) {
		return value, true
	}
	return nil, false
}

func (c Capabilities) all(code CapabilityCode) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, each := range c {
			if each.Code == code && !yield(each.Value) {
				return
			}
		}
	}
}

// entries yields the entries of a capability that is a list, each of size octets.
func (c Capabilities) entries(code CapabilityCode, size int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for value := range c.all(code) {
			for ; len(value) >= size; value = value[size:] {
				if !yield(value[:size]) {
					return
				}
			}
		}
	}
}

// family3 reads AFI (2 octets) and SAFI (1).
func family3(b []byte) nlri.Family {
	return nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(b)), nlri.SAFI(b[2]))
}

// Families are the families of the multiprotocol capabilities: AFI, a reserved octet, SAFI each.
// None at all means IPv4 unicast (RFC 4760 §8).
func (c Capabilities) Families() []nlri.Family {
	var families []nlri.Family
	for b := range c.entries(CapMultiprotocol, 4) {
		families = append(families, nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(b)), nlri.SAFI(b[3])))
	}
	if families == nil {
		families = []nlri.Family{nlri.IPv4Unicast}
	}
	return families
}

// AS4 is the AS number of the 4-octet AS capability.
func (c Capabilities) AS4() (uint32, bool) {
	b, ok := c.Find(CapAS4)
	if !ok || len(b) != 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(b), true
}

// AddPathMode is the last octet of an ADD-PATH entry, RFC 7911 §4.
type AddPathMode uint8

const (
	AddPathReceive AddPathMode = 1 // its sender can receive several paths
	AddPathSend    AddPathMode = 2 // its sender can send several paths
	AddPathBoth    AddPathMode = 3
)

// AddPath is what the OPEN says of ADD-PATH for the family; 0 is nothing.
// RFC 7911 §4: an entry with any other value than 1 to 3 is ignored.
func (c Capabilities) AddPath(f nlri.Family) AddPathMode {
	for b := range c.entries(CapAddPath, 4) {
		if mode := AddPathMode(b[3]); family3(b) == f && mode >= AddPathReceive && mode <= AddPathBoth {
			return mode
		}
	}
	return 0
}

// MaxLabels is how many labels of an NLRI its sender takes, 255 is no limit, 0 that the family is
// not in the multiple labels capability.
func (c Capabilities) MaxLabels(f nlri.Family) uint8 {
	// RFC 8277 §2.1: only the first copy counts, and in it the first triple of a family; 0 and 1 are ignored.
	value, _ := c.Find(CapMultipleLabels)
	for ; len(value) >= 4; value = value[4:] {
		if family3(value) == f && value[3] > 1 {
			return value[3]
		}
	}
	return 0
}

// ExtendedNextHop says that routes of the family may come with an IPv6 next hop.
// An entry is AFI, SAFI and next-hop AFI in two octets each.
func (c Capabilities) ExtendedNextHop(f nlri.Family) bool {
	for b := range c.entries(CapExtendedNextHop, 6) {
		if nlri.FamilyOf(nlri.AFI(binary.BigEndian.Uint16(b)), nlri.SAFI(b[3])) == f && b[2] == 0 && binary.BigEndian.Uint16(b[4:]) == uint16(nlri.AFIIPv6) {
			return true
		}
	}
	return false
}

// RouteRefresh says that its sender answers ROUTE-REFRESH, by the code of RFC 2918 or the older 128.
func (c Capabilities) RouteRefresh() bool {
	return c.Has(CapRouteRefresh) || c.Has(CapRouteRefreshPreRFC)
}

// Role is a BGP role, RFC 9234 §4.1.
type Role uint8

const (
	RoleProvider Role = iota
	RoleRouteServer
	RoleRouteServerClient
	RoleCustomer
	RolePeer
)

var roleNames = [...]string{"provider", "rs", "rs-client", "customer", "peer"}

func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return fmt.Sprintf("role %d", uint8(r))
}

// Role is the BGP role its sender claims.
func (c Capabilities) Role() (Role, bool) {
	b, ok := c.Find(CapRole)
	if !ok || len(b) != 1 {
		return 0, false
	}
	return Role(b[0]), true
}

// GracefulRestart is the graceful restart capability, RFC 4724 §3.
type GracefulRestart struct {
	Restarted    bool   // the R bit: its sender has restarted
	Notification bool   // the N bit: RFC 8538 §2
	Time         uint16 // seconds
	Families     []GracefulFamily
}

// GracefulFamily is a family of a graceful restart capability.
type GracefulFamily struct {
	Family          nlri.Family
	ForwardingState bool   // the F bit: forwarding state was kept
	StaleTime       uint32 // seconds, long-lived only (RFC 9494 §3.1)
}

const (
	restartFlag      = 0x80
	notificationFlag = 0x40
	forwardingFlag   = 0x80
)

// GracefulRestart reads the last graceful restart capability (RFC 4724 §3: the last one counts).
func (c Capabilities) GracefulRestart() (GracefulRestart, bool) {
	var g GracefulRestart
	found := false
	for b := range c.all(CapGracefulRestart) {
		if len(b) < 2 {
			continue
		}
		found = true
		g = GracefulRestart{
			Restarted:    b[0]&restartFlag != 0,
			Notification: b[0]&notificationFlag != 0,
			Time:         binary.BigEndian.Uint16(b) & 0x0fff,
		}
		for b = b[2:]; len(b) >= 4; b = b[4:] {
			g.Families = append(g.Families, GracefulFamily{Family: family3(b), ForwardingState: b[3]&forwardingFlag != 0})
		}
	}
	return g, found
}

// LongLived are the families of the long-lived graceful restart capability: AFI, SAFI, flags and a
// stale time of three octets each.
func (c Capabilities) LongLived() []GracefulFamily {
	var families []GracefulFamily
	for b := range c.entries(CapLongLivedGR, 7) {
		families = append(families, GracefulFamily{
			Family:          family3(b),
			ForwardingState: b[3]&forwardingFlag != 0,
			StaleTime:       uint32(b[4])<<16 | uint32(b[5])<<8 | uint32(b[6]),
		})
	}
	return families
}

// FQDN is the host and domain name its sender claims. They are not checked: quote them.
func (c Capabilities) FQDN() (host, domain string, ok bool) {
	b, _ := c.Find(CapFQDN)
	return cutTwoTexts(b)
}

// SoftwareVersion is the version its sender claims. It is not checked: quote it.
func (c Capabilities) SoftwareVersion() (string, bool) {
	b, _ := c.Find(CapSoftwareVersion)
	text, _, ok := cutText(b)
	return text, ok
}
