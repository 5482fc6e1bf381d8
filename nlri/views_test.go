package nlri

// readViews calls every method of every view that n has and returns something made of all they say.
func readViews(f Family, n NLRI) (sum uint64) {
	octets := func(b ...byte) {
		for _, octet := range b {
			sum = sum*31 + uint64(octet)
		}
	}
	var buf [2048]byte
	switch f {
	case EVPN:
		if r, ok := AsEthernetAD(n); ok {
			rd, esi := r.RD(), r.ESI()
			octets(rd[0], esi[0], byte(r.EthernetTag()), byte(r.Label()))
			octets(esi.AppendDescription(buf[:0])...)
		}
		if r, ok := AsMACIP(n); ok {
			rd, esi, mac := r.RD(), r.ESI(), r.MAC()
			label2, _ := r.Label2()
			octets(rd[0], esi[0], mac[0], byte(r.EthernetTag()), byte(r.Label1()), byte(label2))
			octets(r.IP().AppendTo(buf[:0])...)
		}
		if r, ok := AsIMET(n); ok {
			rd := r.RD()
			octets(rd[0], byte(r.EthernetTag()))
			octets(r.IP().AppendTo(buf[:0])...)
		}
		if r, ok := AsEthernetSegment(n); ok {
			rd, esi := r.RD(), r.ESI()
			octets(rd[0], esi[0])
			octets(r.IP().AppendTo(buf[:0])...)
		}
		if r, ok := AsIPPrefix(n); ok {
			rd, esi := r.RD(), r.ESI()
			octets(rd[0], esi[0], byte(r.EthernetTag()), byte(r.Label()))
			octets(r.Gateway().AppendTo(r.Prefix().AppendTo(buf[:0]))...)
		}
		if r, ok := AsSMET(n); ok {
			rd := r.RD()
			octets(rd[0], byte(r.EthernetTag()), byte(r.Flags()))
			octets(r.Originator().AppendTo(r.Group().AppendTo(r.Source().AppendTo(buf[:0])))...)
		}
		if r, ok := AsReportSynch(n); ok {
			rd, esi := r.RD(), r.ESI()
			octets(rd[0], esi[0], byte(r.EthernetTag()), byte(r.Flags()))
			octets(r.Originator().AppendTo(r.Group().AppendTo(r.Source().AppendTo(buf[:0])))...)
		}
		if r, ok := AsLeaveSynch(n); ok {
			rd, esi := r.RD(), r.ESI()
			octets(rd[0], esi[0], byte(r.EthernetTag()), byte(r.Flags()), r.MaxResponseTime())
			octets(r.Originator().AppendTo(r.Group().AppendTo(r.Source().AppendTo(buf[:0])))...)
		}
		if r, ok := AsRegionIPMSI(n); ok {
			rd, region := r.RD(), r.RegionID()
			octets(rd[0], byte(r.EthernetTag()), region[0])
		}
		if r, ok := AsSPMSI(n); ok {
			rd := r.RD()
			octets(rd[0], byte(r.EthernetTag()))
			octets(r.Originator().AppendTo(r.Group().AppendTo(r.Source().AppendTo(buf[:0])))...)
		}
		if r, ok := AsLeafAD(n); ok {
			octets(r.RouteKey()...)
			octets(r.Originator().AppendTo(buf[:0])...)
		}
	case BGPLS, BGPLSVPN:
		if l, ok := AsLinkState(f, n); ok {
			prefix, _ := l.Prefix()
			octets(prefix.AppendTo(l.Protocol().AppendText(buf[:0]))...)
			octets(byte(l.Type()), byte(l.Identifier()))
			octets(readDescriptors(l.TLVs()), readDescriptors(l.LocalNode()), readDescriptors(l.RemoteNode()))
		}
	case FlowSpec4, FlowSpec6, FlowSpecVPN4, FlowSpecVPN6, FlowSpecL2VPN:
		if s, ok := AsFlowSpec(f, n); ok {
			for c := range s.All() {
				prefix, offset, _ := c.Prefix()
				mac, _ := c.MAC()
				octets(byte(c.Type()), byte(prefix.Bits()), byte(offset), mac[0])
				for t := range c.Terms() {
					octets(byte(t.Operator), byte(t.Value))
				}
			}
		}
	case MVPN4, MVPN6:
		if m, ok := AsMVPN(n); ok {
			rd, _ := m.RD()
			as, _ := m.SourceAS()
			octets(byte(m.Type()), rd[0], byte(as))
			octets(m.RouteKey()...)
			octets(m.Originator().AppendTo(m.Group().AppendTo(m.Source().AppendTo(buf[:0])))...)
		}
	case MUP4, MUP6:
		if m, ok := AsMUP(f, n); ok {
			rd := m.RD()
			teid, bits := m.TEID()
			octets(byte(m.Type()), rd[0], byte(teid), byte(bits), m.QFI())
			octets(m.Source().AppendTo(m.Endpoint().AppendTo(m.Address().AppendTo(m.Prefix().AppendTo(buf[:0]))))...)
		}
	case SRPolicy4, SRPolicy6:
		if s, ok := AsSRPolicy(f, n); ok {
			octets(byte(s.Distinguisher()), byte(s.Color()))
			octets(s.Endpoint().AppendTo(buf[:0])...)
		}
	}
	return sum
}

func readDescriptors(t TLVs) (sum byte) {
	as, _ := t.AS()
	member, _ := t.MemberAS()
	local, remote, _ := t.LinkIDs()
	route, _ := t.OSPFRouteType()
	igp, _ := t.IGPRouterID()
	sum = byte(as) + byte(member) + byte(local) + byte(remote) + byte(route) + byte(len(igp))
	if ids, ok := t.MultiTopology(); ok {
		for id := range ids.All() {
			sum += byte(id)
		}
	}
	if p, ok := t.CandidatePath(); ok {
		sum += p.ProtocolOrigin() + byte(p.Endpoint().BitLen()) + byte(p.Color()) + byte(p.OriginatorAS()) + byte(p.Originator().BitLen()) + byte(p.Discriminator())
	}
	for _, kind := range [...]uint16{tlvIPv4Interface, tlvIPv4Neighbor, tlvIPv6Interface, tlvIPv6Neighbor, tlvBGPLSID, tlvAreaID, tlvBGPRouterID, tlvSID, tlvIPv4RouterID, tlvIPv6RouterID} {
		a, _ := t.address(kind)
		sum += byte(a.BitLen())
	}
	return sum
}
