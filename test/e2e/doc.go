// Package e2e proves dci-rs against other people's BGP speakers: FRR, GoBGP, BIRD and ExaBGP run in network namespaces that each
// test makes for itself, dci-rs stands between them as reflector or route server, and the verdict comes from what those daemons,
// their kernels and a raw observer see, never from what dci-rs says of itself.
//
// The lab runs only when DCI_RS_E2E=1 is set; see README.md. It may import anything and nobody imports it. The raw speakers
// take of this module the strict decoder of internal/oracle alone, which shares no line with the codec: an error in our codec must
// not hide itself.
package e2e
