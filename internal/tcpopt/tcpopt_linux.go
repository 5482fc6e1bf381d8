package tcpopt

import (
	"net"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func control(c syscall.RawConn, call string, set func(fd int) error) error {
	var failed error
	if err := c.Control(func(fd uintptr) { failed = set(int(fd)) }); err != nil {
		return err
	}
	return os.NewSyscallError(call, failed)
}

func setInt(c syscall.RawConn, level, option, value int) error {
	return control(c, "setsockopt", func(fd int) error {
		return unix.SetsockoptInt(fd, level, option, value)
	})
}

func setTTL(c syscall.RawConn, ipv4 bool, hops int) error {
	if ipv4 {
		return setInt(c, unix.IPPROTO_IP, unix.IP_TTL, hops)
	}
	return setInt(c, unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS, hops)
}

func setMinTTL(c syscall.RawConn, ipv4 bool, hops int) error {
	if ipv4 {
		return setInt(c, unix.IPPROTO_IP, unix.IP_MINTTL, hops)
	}
	return setInt(c, unix.IPPROTO_IPV6, unix.IPV6_MINHOPCOUNT, hops)
}

// sockMD5 sets the key of a prefix, or deletes it when key is empty.
func sockMD5(c syscall.RawConn, peers netip.Prefix, key string) error {
	sig := unix.TCPMD5Sig{
		Flags:     unix.TCP_MD5SIG_FLAG_PREFIX,
		Prefixlen: uint8(peers.Bits()),
		Keylen:    uint16(len(key)),
	}
	copy(sig.Key[:], key)
	// The address stands where struct sockaddr_in and sockaddr_in6 have it: behind the family come
	// two octets of port, and in IPv6 four of flow label.
	address := sig.Addr.Data[2:]
	sig.Addr.Family = unix.AF_INET
	if !peers.Addr().Is4() {
		address = sig.Addr.Data[6:]
		sig.Addr.Family = unix.AF_INET6
	}
	copy(address, peers.Masked().Addr().AsSlice())
	return control(c, "setsockopt TCP_MD5SIG_EXT", func(fd int) error {
		return unix.SetsockoptTCPMD5Sig(fd, unix.IPPROTO_TCP, unix.TCP_MD5SIG_EXT, &sig)
	})
}

// HasAO says whether the kernel can sign segments by RFC 5925 (TCP-AO).
func HasAO() bool {
	const tcpAOInfo = 40 // TCP_AO_INFO of linux/tcp.h
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	// A kernel that has TCP-AO complains of the argument or of the missing key, never of the option.
	_, err = unix.GetsockoptInt(fd, unix.IPPROTO_TCP, tcpAOInfo)
	return err != unix.ENOPROTOOPT
}

// Unread is how many octets have arrived that nobody has read. It may be asked while another
// goroutine waits in Read.
func Unread(c *net.TCPConn) int {
	raw, err := c.SyscallConn()
	if err != nil {
		return 0
	}
	var unread uint32
	err = control(raw, "ioctl SIOCINQ", func(fd int) (err error) {
		unread, err = unix.IoctlGetUint32(fd, unix.SIOCINQ)
		return err
	})
	if err != nil {
		return 0
	}
	return int(unread)
}
