package nlri

import (
	"math/rand/v2"
	"testing"
)

func TestTheQuickCountsSayWhatTheSlowOneSays(t *testing.T) {
	chance := rand.New(rand.NewPCG(4271, 7606))
	compared := map[layout]int{}
	for addPath, skip := range map[Form]int{0: 0, AddPath: 4} {
		for _, s := range soundSamples {
			for _, more := range []Form{0, LabelStack, Withdraw, LabelStack | Withdraw} {
				quick := List{family: s.family, form: s.form | more | addPath}
				quick.layout = layoutOf(quick.family, quick.form)
				var count func(int) int
				switch quick.layout {
				case prefix, labeledPrefix, vpnPrefix:
					count = quick.countPrefixes
				case evpn:
					count = quick.countEVPN
				default:
					continue
				}
				for range 300 {
					var field []byte
					for range 3 {
						octets := unhex(s.octets)
						octets[chance.IntN(min(len(octets), 33))] = byte(chance.Uint32())
						field = appendEntry(field, quick.form, entry{0, string(octets)})
					}
					quick.octets = field[:chance.IntN(len(field)+1)]
					slow := quick
					if a, b := count(skip), slow.count(skip); a != b || quick.sound != slow.sound || quick.malformed != slow.malformed {
						t.Fatalf("%s, form %#x, %x: quick %d octets, %d sound, %d malformed; slow %d, %d, %d", quick.family, quick.form, quick.octets,
							a, quick.sound, quick.malformed, b, slow.sound, slow.malformed)
					}
					if quick.malformed > 0 {
						compared[quick.layout]++
					}
				}
			}
		}
	}
	for _, l := range []layout{labeledPrefix, vpnPrefix, prefix, evpn} {
		if compared[l] == 0 {
			t.Errorf("no field of layout %d had a malformed NLRI", l)
		}
	}
}

func TestParseLeavesNothingOfWhatTheListHeld(t *testing.T) {
	var l List
	if err := l.Parse(IPv4Unicast, 0, []byte{8, 10, 33, 0, 0, 0, 0, 0}); err != nil || l.Len() != 1 || l.Malformed() != 1 {
		t.Fatalf("%v: %d sound, %d malformed", err, l.Len(), l.Malformed())
	}
	if err := l.Parse(IPv4Unicast, 0, []byte{8, 11}); err != nil || l.Len() != 1 || l.Malformed() != 0 {
		t.Errorf("after another field: %v, %d sound, %d malformed", err, l.Len(), l.Malformed())
	}
	for name, field := range map[string][]byte{"a field that does not cut": {8, 10, 24, 10}, "no family": nil} {
		f := IPv4Unicast
		if field == nil {
			f = FamilyOf(99, 99)
		}
		if err := l.Parse(f, 0, field); err == nil || !l.Empty() || l.Len() != 0 || l.Family() != 0 {
			t.Errorf("after %s: %v, %d sound", name, err, l.Len())
		}
		if err := l.Parse(IPv4Unicast, 0, []byte{8, 10}); err != nil {
			t.Fatal(err)
		}
	}
}
