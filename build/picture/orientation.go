package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// A turn is the EXIF orientation of a picture (EXIF 2.32, tag 0x0112): how
// its rows and columns are to be shown. 1 is upright, 0 not given.
type turn uint16

// transposes says whether rows are shown as columns.
func (t turn) transposes() bool { return t >= 5 && t <= 8 }

// orientation reads the orientation from a JPEG. Whatever is not as it should
// be counts as upright: the picture itself may still be fine.
func orientation(src []byte) turn {
	for at := 2; at+4 <= len(src) && src[at] == 0xff; {
		marker := src[at+1]
		length := int(binary.BigEndian.Uint16(src[at+2:]))
		end := at + 2 + length
		if length < 2 || end > len(src) || marker == 0xda {
			return 0
		}
		if exif, ok := bytes.CutPrefix(src[at+4:end], []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return exifTurn(exif)
		}
		at = end
	}
	return 0
}

// exifTurn reads the orientation from a TIFF header and its first directory.
func exifTurn(tiff []byte) turn {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 0
	}
	if len(tiff) < 8 {
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(entries) >= 12; n-- {
		const tag, short = 0x0112, 3
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if t := turn(order.Uint16(entries[8:])); t <= 8 {
				return t
			}
		}
		entries = entries[12:]
	}
	return 0
}

// apply returns the picture as it is to be shown.
func (t turn) apply(src *image.RGBA) *image.RGBA {
	if t < 2 || t > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if t.transposes() {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			toX, toY := t.place(x, y, w, h)
			copy(dst.Pix[dst.PixOffset(toX, toY):], src.Pix[src.PixOffset(x, y):src.PixOffset(x, y)+4])
		}
	}
	return dst
}

// place returns where the pixel at x, y of a picture of w by h is shown.
func (t turn) place(x, y, w, h int) (int, int) {
	switch t {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
