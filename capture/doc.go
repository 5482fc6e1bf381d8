// Package capture reads files that hold BGP messages: pcap and pcapng with the TCP streams put
// together, MRT (RFC 6396, RFC 8050), hexadecimal text, and bare octets. What comes out is one message
// after the other, each with its session, its endpoints, and what the two speakers had agreed on as far
// as the file tells. It may import wire, nlri and gopacket, and it is the only place of gopacket.
//
//	r, err := capture.NewReader(file, capture.Options{AS4: true})
//	for m, err := range r.All() {
//		if err != nil { … } // a *Fault: what could not be read, and where; reading goes on
//		h, bad := wire.ParseHeader(m.Bytes, m.Context.ReceiveLimit())
//	}
//
// A file is untrusted: nothing in it makes the reader panic, and what is kept of it is bounded by the
// constants of limits.go. Files are streamed, so their size does not matter.
//
// gopacket is not maintained any more. Its readers of pcap and pcapng and its decoders of IP and TCP see
// only what was checked before (blocks.go), and whatever they panic with becomes a Fault (seam.go). Its
// two assemblers of TCP streams are not used: a connection that takes the ports of an earlier one is
// retransmissions to them and lost without a word, they cannot give up one connection of many, and they
// add flags to every program. A test holds half.go, which replaces them, against one of them.
package capture
