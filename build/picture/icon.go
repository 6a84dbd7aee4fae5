package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image/png"
)

// Icon returns a square PNG of size pixels a side, from a square PNG that is
// at least as large.
func Icon(src []byte, size int) ([]byte, error) {
	info, err := inspectRaster(src)
	switch {
	case err != nil:
		return nil, fmt.Errorf("icon: %w", err)
	case info.Kind != PNG:
		return nil, fmt.Errorf("icon is %s, not png", info.Kind)
	case info.Width != info.Height:
		return nil, fmt.Errorf("icon is %d by %d pixels, not square", info.Width, info.Height)
	case size < 1 || size > info.Width:
		return nil, fmt.Errorf("icon of %d pixels can't be made from one of %d", size, info.Width)
	}
	picture, err := scale(src, size, size, 0)
	if err != nil {
		return nil, fmt.Errorf("icon: %w", err)
	}
	return encodePNG(picture)
}

// ICO wraps a PNG of at most 256 pixels a side as a favicon.ico. The format
// is a directory with one entry that names the PNG; every browser of today
// reads it.
func ICO(src []byte) ([]byte, error) {
	config, err := png.DecodeConfig(bytes.NewReader(src))
	if err != nil {
		return nil, fmt.Errorf("icon can't be read: %w", err)
	}
	if config.Width > 256 || config.Height > 256 {
		return nil, errors.New("icon is larger than 256 pixels")
	}
	const header = 6 + 16
	out := []byte{
		0, 0, 1, 0, 1, 0, // reserved, type icon, one entry
		byte(config.Width), byte(config.Height), // 0 means 256
		0, 0, // no palette, reserved
		1, 0, 32, 0, // planes, bits a pixel
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(len(src)))
	out = binary.LittleEndian.AppendUint32(out, header)
	return append(out, src...), nil
}
