package build

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"fmt"
	"io"
	"os"
)

// unpackArchive does ADD's magic: a local tar archive, compressed or not, is unpacked into the directory to.
func (s *stage) unpackArchive(file, to string) (written []string, isArchive bool, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	plain, err := decompress(f)
	if err != nil {
		return nil, false, err
	}
	// A tar header carries a checksum of its own; a pax header before it is a few blocks long.
	begin, _ := plain.Peek(4096)
	if _, err := tar.NewReader(bytes.NewReader(begin)).Next(); err != nil {
		return nil, false, nil
	}
	if written, err = s.Root.MakeDirs(to, nil); err != nil {
		return nil, true, err
	}
	below, err := s.Root.Extract(plain, to)
	return append(written, below...), true, err
}

func decompress(f io.Reader) (*bufio.Reader, error) {
	buffered := bufio.NewReader(f)
	magic, _ := buffered.Peek(6)
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		plain, err := gzip.NewReader(buffered)
		if err != nil {
			return buffered, err
		}
		return bufio.NewReader(plain), nil
	case bytes.HasPrefix(magic, []byte("BZh")):
		return bufio.NewReader(bzip2.NewReader(buffered)), nil
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")), bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		return nil, fmt.Errorf("the stand-in executor does not ADD xz or zstd archives, Kaniko does")
	}
	return buffered, nil
}
