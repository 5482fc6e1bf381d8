package nlri

import "testing"

func TestSRPolicyViewsReadDistinguisherColorAndEndpoint(t *testing.T) {
	for name, endpoint := range map[string]string{"an SR Policy": "10.1.0.1", "an IPv6 SR Policy": "2001:db8::1"} {
		s := sampleOf(t, name)
		v, ok := AsSRPolicy(s.family, unhex(s.octets))
		if !ok || v.Distinguisher() != 1 || v.Color() != 100 || v.Endpoint() != mustAddr(endpoint) {
			t.Errorf("%s: %v, %x", name, ok, v)
		}
	}
}
