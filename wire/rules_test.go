package wire

import (
	"bytes"
	"strings"
	"testing"
)

// parseAttr is the error of an UPDATE whose NLRI are sound and that has one attribute more than it needs.
func parseAttr(t *testing.T, n *Negotiated, flags AttrFlags, code AttrCode, value []byte) (*Update, *Error) {
	t.Helper()
	attrs := []Attr{{wellKnown, AttrOrigin, []byte{0}, nil}, {wellKnown, AttrASPath, []byte{2, 1, 0, 0, 0xfd, 0xe9}, nil}, {wellKnown, AttrNextHop, []byte{192, 0, 2, 1}, nil}}
	if !n.AS4 {
		attrs[1].Value = []byte{2, 1, 0xfd, 0xe9}
	}
	var block []byte
	replaced := false
	for _, a := range attrs {
		if a.Code == code {
			a.Flags, a.Value, replaced = flags, value, true
		}
		block = AppendAttr(block, a.Flags, a.Code, a.Value)
	}
	if !replaced {
		block = AppendAttr(block, flags, code, value)
	}
	b := append([]byte{0, 0, byte(len(block) >> 8), byte(len(block))}, block...)
	u, err := ParseUpdate(append(b, 24, 10, 1, 1), n)
	return &u, err
}

// soundValues has a value of every attribute with a rule, MP attributes left out.
var soundValues = map[AttrCode][]byte{
	AttrOrigin:              {2},
	AttrASPath:              {1, 1, 0, 0, 0, 1, 2, 2, 0, 0, 0, 2, 0, 0, 0, 3},
	AttrNextHop:             {192, 0, 2, 1},
	AttrMED:                 {0, 0, 0, 1},
	AttrLocalPref:           {0, 0, 0, 1},
	AttrAtomicAggregate:     {},
	AttrAggregator:          {0, 0, 0xfd, 0xe9, 10, 0, 0, 1},
	AttrCommunities:         {0, 1, 0, 2},
	AttrOriginatorID:        {10, 0, 0, 1},
	AttrClusterList:         {10, 0, 0, 2, 10, 0, 0, 3},
	AttrExtCommunities:      {0, 2, 0, 1, 0, 0, 0, 1},
	AttrAS4Path:             {2, 1, 0, 1, 0, 0},
	AttrAS4Aggregator:       {0, 1, 0, 0, 10, 0, 0, 1},
	AttrPMSITunnel:          {0, 6, 0, 0, 100, 10, 0, 0, 1},
	AttrTunnelEncapsulation: {0, 8, 0, 5, 4, 0, 0x80, 0, 0},
	AttrIPv6ExtCommunities:  make([]byte, 20),
	AttrAIGP:                {1, 0, 11, 0, 0, 0, 0, 0, 0, 0, 1},
	AttrLinkState:           {4, 2, 0, 2, 'r', '1'},
	AttrLargeCommunities:    make([]byte, 12),
	AttrBGPsecPath:          {0, 2, 1, 0},
	AttrOTC:                 {0, 0, 0xfd, 0xe8},
	AttrDPath:               {1, 0, 0, 0, 1, 0, 1, 70},
	AttrPrefixSID:           append([]byte{1, 0, 7, 0, 0, 0, 0, 0, 0, 1, 5, 0, 34, 0, 1, 0, 30}, append(make([]byte, 21), 1, 0, 6, 1, 2, 3, 4, 5, 6)...),
	AttrSet:                 {0, 0, 0xfd, 0xe8, 0x40, 1, 1, 0},
}

func TestEveryRuleIsComplete(t *testing.T) {
	for i := range attrRules {
		code, rule := AttrCode(i), &attrRules[i]
		if !rule.known {
			if rule.rfc != "" || rule.action != ActionNone {
				t.Errorf("%s has a rule that nobody reads", code)
			}
			continue
		}
		if rule.name == "" || !strings.HasPrefix(rule.rfc, "RFC ") || rule.action == ActionNone || rule.check != nil && rule.subcode == 0 {
			t.Errorf("the row of %s is incomplete: %+v", code, rule)
		}
		if code != AttrMPReach && code != AttrMPUnreach && soundValues[code] == nil {
			t.Errorf("%s has no sound value in this test", code)
		}
	}
}

// TestRules goes over the table: a sound value is accepted, wrong flags, a length just outside the rule
// and an empty value are answered by the row's action, and what is discarded is not passed on.
func TestRules(t *testing.T) {
	n := everyFamily(true)
	for code, value := range soundValues {
		rule := &attrRules[code]
		t.Run(code.String(), func(t *testing.T) {
			if _, err := parseAttr(t, n, rule.flags, code, value); err != nil {
				t.Errorf("sound: %v", err)
			}
			if _, err := parseAttr(t, n, rule.flags|FlagExtendedLength|FlagPartial, code, value); err != nil {
				t.Errorf("sound with the extended length: %v", err)
			}
			for _, wrong := range []AttrFlags{rule.flags ^ FlagOptional, rule.flags ^ FlagTransitive, rule.flags ^ FlagOptional ^ FlagTransitive} {
				_, err := parseAttr(t, n, wrong, code, value)
				if err == nil || err.Action != rule.wrongFlags() || err.Subcode != AttributeFlagsError || err.Attr != code {
					t.Errorf("flags %s: %v", wrong, err)
				}
			}
			for _, bad := range [][]byte{value[:max(0, len(value)-1)], append(bytes.Clone(value), 0), {}} {
				if attrShapes[code].fits(rule.flags, len(bad)) {
					continue
				}
				u, err := parseAttr(t, n, rule.flags, code, bad)
				if err == nil || err.Action != rule.action || err.Subcode != AttributeLengthError || err.Attr != code {
					t.Errorf("length %d: %v", len(bad), err)
				}
				if _, passed := Attrs(u.AppendForwardable(nil, n, Ingress{})).Find(code); passed {
					t.Errorf("length %d is passed on", len(bad))
				}
			}
		})
	}
}

// insides are values whose length is within the rule of their attribute, and what follows from them inside an AS.
var insides = map[string]struct {
	code   AttrCode
	value  string
	action Action
}{
	"ORIGIN 3":                                                 {AttrOrigin, "03", ActionTreatAsWithdraw},
	"AS_PATH with segment type 5":                              {AttrASPath, "05 01 0000fde9", ActionTreatAsWithdraw},
	"AS_PATH with segment type 0":                              {AttrASPath, "00 01 0000fde9", ActionTreatAsWithdraw},
	"AS_PATH whose segment passes the end":                     {AttrASPath, "02 02 0000fde9", ActionTreatAsWithdraw},
	"AS_PATH with one octet left":                              {AttrASPath, "02 01 0000fde9 02", ActionTreatAsWithdraw},
	"AS_PATH with an empty segment":                            {AttrASPath, "02 00", ActionTreatAsWithdraw},
	"AS_PATH with AS 0":                                        {AttrASPath, "02 02 0000fde9 00000000", ActionTreatAsWithdraw},
	"AS_PATH with confederation segments inside":               {AttrASPath, "03 01 0000fde9 04 01 0000fde9", ActionNone},
	"an empty AS_PATH inside":                                  {AttrASPath, "", ActionNone},
	"AGGREGATOR of a 2-octet neighbor":                         {AttrAggregator, "fde9 0a000001", ActionDiscardAttribute},
	"AGGREGATOR with AS 0":                                     {AttrAggregator, "00000000 0a000001", ActionDiscardAttribute},
	"AS4_PATH with an empty segment":                           {AttrAS4Path, "02 00 02 01 0000fde9", ActionDiscardAttribute},
	"AS4_PATH with AS 0":                                       {AttrAS4Path, "02 01 00000000", ActionDiscardAttribute},
	"AS4_PATH with a confederation segment":                    {AttrAS4Path, "03 01 0000fde9", ActionNone},
	"PMSI ingress replication with 5 octets":                   {AttrPMSITunnel, "00 06 000064 0a00000100", ActionTreatAsWithdraw},
	"PMSI PIM-SM tree with 8 octets":                           {AttrPMSITunnel, "00 04 000000 0a000001 ef000001", ActionNone},
	"PMSI of an unknown tunnel type":                           {AttrPMSITunnel, "00 20 000000 01", ActionNone},
	"a tunnel TLV past the end":                                {AttrTunnelEncapsulation, "0008 00ff", ActionTreatAsWithdraw},
	"a tunnel sub-TLV past its TLV":                            {AttrTunnelEncapsulation, "0008 0003 01 05 00", ActionTreatAsWithdraw},
	"a long tunnel sub-TLV past its TLV":                       {AttrTunnelEncapsulation, "0008 0003 80 0001", ActionTreatAsWithdraw},
	"a sub-TLV past its TLV in a tunnel without a name":        {AttrTunnelEncapsulation, "0017 0003 01 05 00", ActionTreatAsWithdraw},
	"a sub-TLV past its TLV in a tunnel of an unknown type":    {AttrTunnelEncapsulation, "ffff 0003 01 05 00", ActionTreatAsWithdraw},
	"a tunnel of an unknown type and sub-TLV":                  {AttrTunnelEncapsulation, "ffff 0006 7f 01 00 fe 0000", ActionNone},
	"AIGP with TLV length 2":                                   {AttrAIGP, "02 0002", ActionDiscardAttribute},
	"AIGP with TLV length past the end":                        {AttrAIGP, "02 0004", ActionDiscardAttribute},
	"AIGP with a metric of 4 octets":                           {AttrAIGP, "01 0007 00000001", ActionDiscardAttribute},
	"AIGP with the largest metric":                             {AttrAIGP, "01 000b ffffffffffffffff", ActionDiscardAttribute},
	"AIGP with unknown TLVs and a second metric":               {AttrAIGP, "07 0003 01 000b 0000000000000001 01 000b ffffffffffffffff", ActionNone},
	"BGP-LS TLV past the end":                                  {AttrLinkState, "0402 0003 7231", ActionDiscardAttribute},
	"BGP-LS with 2 octets left":                                {AttrLinkState, "0402 0002 7231 0402", ActionDiscardAttribute},
	"Prefix-SID of ten zeros":                                  {AttrPrefixSID, "00000000000000000000", ActionDiscardAttribute},
	"Prefix-SID with a label index of 6 octets":                {AttrPrefixSID, "01 0006 000000000001", ActionDiscardAttribute},
	"Prefix-SID with an SRGB of 7 octets":                      {AttrPrefixSID, "03 0007 00000000000000", ActionDiscardAttribute},
	"Prefix-SID with an unknown TLV":                           {AttrPrefixSID, "63 0002 0102", ActionNone},
	"SRv6 service past the end":                                {AttrPrefixSID, "05 00ff 00", ActionTreatAsWithdraw},
	"an empty SRv6 service":                                    {AttrPrefixSID, "06 0000", ActionTreatAsWithdraw},
	"SRv6 service with a sub-TLV past the end":                 {AttrPrefixSID, "05 0004 00 01 0015", ActionTreatAsWithdraw},
	"SRv6 SID information of 20 octets":                        {AttrPrefixSID, "05 0018 00 01 0014 0000000000000000000000000000000000000000", ActionTreatAsWithdraw},
	"SRv6 service data past the end":                           {AttrPrefixSID, "05 001c 00 01 0018 000000000000000000000000000000000000000000 01 0001", ActionTreatAsWithdraw},
	"PMSI composite tunnel without a second label":             {AttrPMSITunnel, "00 82 000064 0001", ActionTreatAsWithdraw},
	"PMSI composite ingress replication beside an mLDP tunnel": {AttrPMSITunnel, "00 82 000064 000641 06 0001 04 0a000001 0007 01 0004 00000001", ActionNone},
	"PMSI mLDP tunnel whose opaque value passes the end":       {AttrPMSITunnel, "00 02 000064 06 0001 04 0a000001 0008 01 0004 00000001", ActionTreatAsWithdraw},
	"PMSI RSVP-TE tunnel":                                      {AttrPMSITunnel, "00 01 000064 0a000001 0000 0001 0a000002", ActionNone},
	"PMSI RSVP-TE tunnel of 4 octets":                          {AttrPMSITunnel, "00 01 000064 0a000001", ActionTreatAsWithdraw},
	"PMSI BIER tunnel of 4 octets":                             {AttrPMSITunnel, "00 0b 000064 0a000001", ActionTreatAsWithdraw},
	"a VXLAN encapsulation sub-TLV of 4 octets means nothing":  {AttrTunnelEncapsulation, "0008 0006 01 04 00000000", ActionNone},
	"an SR Policy preference of 5 octets":                      {AttrTunnelEncapsulation, "000f 0007 0c 05 0000000001", ActionTreatAsWithdraw},
	"an SR Policy whose name is empty":                         {AttrTunnelEncapsulation, "000f 0004 81 0001 00", ActionNone},
	"an SR Policy segment past its list":                       {AttrTunnelEncapsulation, "000f 0008 80 0005 00 09060000", ActionTreatAsWithdraw},
	"an SR Policy segment of 4 octets":                         {AttrTunnelEncapsulation, "000f 000a 80 0007 00 01 04 00000000", ActionTreatAsWithdraw},
	"an SR Policy with a sub-TLV of another tunnel":            {AttrTunnelEncapsulation, "000f 0003 08 01 00", ActionNone},
	"BGP-LS IPv4 router of 5 octets":                           {AttrLinkState, "0404 0005 0a00000100", ActionDiscardAttribute},
	"BGP-LS TLVs out of order":                                 {AttrLinkState, "0404 0004 0a000001 0402 0002 7231", ActionNone},
	"BGP-LS TLV that is unknown":                               {AttrLinkState, "ffff 0003 000000", ActionNone},
	"BGP-LS SR capabilities":                                   {AttrLinkState, "040a 000c 80 00 001f40 0489 0003 003e80", ActionNone},
	"BGP-LS SR capabilities whose SID passes the end":          {AttrLinkState, "040a 000c 80 00 001f40 0489 0004 003e80", ActionDiscardAttribute},
	"BGP-LS SRv6 End.X SID with a structure of 3 octets":       {AttrLinkState, "0452 001d 0001 00 00 00 00 20010db8000000000000000000000001 04e4 0003 000000", ActionDiscardAttribute},
	"BGP-LS SRv6 End.X SID with a sub-TLV past its end":        {AttrLinkState, "0452 001a 0001 00 00 00 00 20010db8000000000000000000000001 04e4 0004", ActionDiscardAttribute},
	"BGP-LS SR capabilities with a SID of 2 octets":            {AttrLinkState, "040a 000c 80 00 001f40 0489 0002 003e 00", ActionDiscardAttribute},
	"BGP-LS application masks past their end":                  {AttrLinkState, "0462 0006 04 04 0000 8000", ActionDiscardAttribute},
	"D-PATH with an empty segment":                             {AttrDPath, "00", ActionTreatAsWithdraw},
	"D-PATH whose segment passes the end":                      {AttrDPath, "02 00000001 0001 46", ActionTreatAsWithdraw},
	"Prefix-SID with an SRv6 structure of 5 octets":            {AttrPrefixSID, "05 0021 00 01 001d 00 20010db8000000000000000000000001 00 0013 00 01 0005 2810100000", ActionNone},
	"ATTR_SET with an attribute past the end":                  {AttrSet, "0000fde8 40 01 02 00", ActionTreatAsWithdraw},
}

func TestInsides(t *testing.T) {
	n := everyFamily(true)
	for name, c := range insides {
		t.Run(name, func(t *testing.T) {
			u, err := parseAttr(t, n, attrRules[c.code].flags, c.code, octets(c.value))
			switch {
			case c.action == ActionNone && err != nil, c.action != ActionNone && (err == nil || err.Action != c.action || err.Attr != c.code):
				t.Fatalf("got %v, want %s", err, c.action)
			}
			a, passed := Attrs(u.AppendForwardable(nil, n, Ingress{})).Find(c.code)
			if c.action != ActionNone && passed {
				t.Errorf("%x is passed on", a.Raw)
			}
		})
	}
}

func TestFromOutside(t *testing.T) {
	cases := map[string]struct {
		code   AttrCode
		value  string
		action Action
	}{
		"LOCAL_PREF":                   {AttrLocalPref, "00000064", ActionNone},
		"LOCAL_PREF of 3 octets":       {AttrLocalPref, "000064", ActionDiscardAttribute},
		"ORIGINATOR_ID":                {AttrOriginatorID, "0a000001", ActionNone},
		"ORIGINATOR_ID of 5 octets":    {AttrOriginatorID, "0a00000100", ActionDiscardAttribute},
		"CLUSTER_LIST":                 {AttrClusterList, "0a000001", ActionNone},
		"CLUSTER_LIST of 3 octets":     {AttrClusterList, "0a0000", ActionDiscardAttribute},
		"AS_PATH with a confederation": {AttrASPath, "03 01 0000fde9", ActionTreatAsWithdraw},
	}
	n := everyFamily(false)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			u, err := parseAttr(t, n, attrRules[c.code].flags, c.code, octets(c.value))
			if c.action == ActionNone && err != nil || c.action != ActionNone && (err == nil || err.Action != c.action) {
				t.Fatalf("got %v, want %s", err, c.action)
			}
			if _, passed := Attrs(u.AppendForwardable(nil, n, Ingress{External: true})).Find(c.code); passed {
				t.Error("passed on")
			}
		})
	}
}

// RFC 7606 §4: an AS_PATH may be empty. That a neighbor of another AS is in its own path is what a session asks for.
func TestEmptyPathFromOutside(t *testing.T) {
	n := everyFamily(false)
	_, err := parseAttr(t, n, wellKnown, AttrASPath, nil)
	if err == nil || err.Action != ActionTreatAsWithdraw || err.Attr != AttrASPath || err.Offset != 11 {
		t.Errorf("where a path is required: %v", err)
	}
	n.RequirePath = false
	if _, err := parseAttr(t, n, wellKnown, AttrASPath, nil); err != nil {
		t.Errorf("where none is: %v", err)
	}
}
