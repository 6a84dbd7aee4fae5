package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// turned returns a JPEG with an EXIF orientation.
func turned(tb testing.TB, picture image.Image, t turn, order binary.AppendByteOrder) []byte {
	tb.Helper()
	tiff := []byte("II*\x00")
	if order == binary.BigEndian {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2) // entries: a width, the orientation
	for _, entry := range [][2]uint16{{0x0100, 77}, {0x0112, uint16(t)}} {
		tiff = order.AppendUint16(order.AppendUint16(tiff, entry[0]), 3)
		tiff = order.AppendUint16(order.AppendUint32(tiff, 1), entry[1])
		tiff = append(tiff, 0, 0)
	}
	exif := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	src := jpegOf(tb, picture)
	return append(append(append(src[:2:2], segment...), exif...), src[2:]...)
}

// corners names the colours at the corners, row by row.
func corners(picture image.Image) string {
	b := picture.Bounds()
	dx, dy := b.Dx()/4, b.Dy()/4
	name := ""
	for _, at := range []image.Point{
		{b.Min.X + dx, b.Min.Y + dy}, {b.Max.X - 1 - dx, b.Min.Y + dy},
		{b.Min.X + dx, b.Max.Y - 1 - dy}, {b.Max.X - 1 - dx, b.Max.Y - 1 - dy},
	} {
		best, nearest := 1<<30, 0
		for i, field := range fields {
			if d := distance(picture.At(at.X, at.Y), field); d < best {
				best, nearest = d, i
			}
		}
		name += string("rgbw"[nearest])
	}
	return name
}

func distance(a, b color.Color) int {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	square := func(x, y uint32) int { return (int(x>>8) - int(y>>8)) * (int(x>>8) - int(y>>8)) }
	return square(ar, br) + square(ag, bg) + square(ab, bb)
}

// A camera held upright stores its picture on the side and says so; variants
// are upright, and their size is the one that Inspect tells.
func TestOrientation(t *testing.T) {
	// What is stored as red, green / blue, white is shown so:
	shown := []string{"rgbw", "rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for way, want := range shown {
			src := turned(t, flag(64, 32), turn(way), order)
			info, err := Inspect("a.jpg", src)
			if err != nil {
				t.Fatal(err)
			}
			if upright := info.Width == 64; upright != (way < 5) {
				t.Errorf("orientation %d: size %d by %d", way, info.Width, info.Height)
			}
			variant, err := Encode(src, info.Width/2)
			if err != nil {
				t.Fatal(err)
			}
			picture, _, err := image.Decode(bytes.NewReader(variant))
			if err != nil {
				t.Fatal(err)
			}
			if got := picture.Bounds().Size(); got != image.Pt(info.Width/2, info.Height/2) {
				t.Errorf("orientation %d: variant of %v is %v", way, info, got)
			}
			if got := corners(picture); got != want {
				t.Errorf("orientation %d: shows %s, want %s", way, got, want)
			}
			if bytes.Contains(variant, []byte("Exif")) {
				t.Errorf("orientation %d: variant has metadata", way)
			}
		}
	}
}

func TestVariants(t *testing.T) {
	names := func(name string, info Info, config Config) (names []string) {
		for _, v := range Variants(name, info, config) {
			names = append(names, v.Name)
		}
		return names
	}
	tests := []struct {
		info   Info
		config Config
		want   []string
	}{
		{Info{JPEG, 2000, 1000}, Config{}, []string{"rack/a.b-480.jpg", "rack/a.b-960.jpg", "rack/a.b-1440.jpg"}},
		{Info{PNG, 960, 100}, Config{}, []string{"rack/a.b-480.jpg"}},
		{Info{JPEG, 480, 100}, Config{}, nil},
		{Info{JPEG, 480, 100}, Config{Widths: []int{100, 200}}, []string{"rack/a.b-100.jpg", "rack/a.b-200.jpg"}},
		{Info{GIF, 2000, 1000}, Config{}, nil},
		{Info{SVG, 2000, 1000}, Config{}, nil},
		{Info{WebP, 2000, 1000}, Config{}, nil},
	}
	for _, tt := range tests {
		if got := names("rack/a.b.jpg", tt.info, tt.config); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%v: got %v, want %v", tt.info, got, tt.want)
		}
	}
	v := Variants("a.png", Info{PNG, 1000, 333}, Config{Widths: []int{480}})[0]
	if v.Width != 480 || v.Height != 160 {
		t.Errorf("got %d by %d, want 480 by 160", v.Width, v.Height)
	}
}

// A variant has the size that Variants tells, whatever the picture's.
func TestEncodeSizes(t *testing.T) {
	for _, size := range []image.Point{{1000, 333}, {1000, 3}, {997, 701}, {481, 2000}, {2000, 1}} {
		src := pngOf(t, flag(size.X, size.Y))
		for _, v := range Variants("a.png", Info{PNG, size.X, size.Y}, Config{Widths: []int{1, 7, 240, 480, 960}}) {
			out, err := Encode(src, v.Width)
			if err != nil {
				t.Fatal(err)
			}
			info, err := Inspect(v.Name, out)
			if err != nil || info.Width != v.Width || info.Height != v.Height {
				t.Errorf("%v as %v: got %v, %v", size, v, info, err)
			}
		}
	}
}

func TestEncode(t *testing.T) {
	// One half is transparent: nothing of its colour may bleed over.
	picture := image.NewNRGBA(image.Rect(0, 0, 400, 100))
	for y := range 100 {
		for x := range 400 {
			picture.Set(x, y, color.NRGBA{R: 255, A: 255})
			if x >= 200 {
				picture.Set(x, y, color.NRGBA{G: 255})
			}
		}
	}
	src := pngOf(t, picture)
	first, err := Encode(src, 40)
	if err != nil {
		t.Fatal(err)
	}
	small, err := png.Decode(bytes.NewReader(first))
	if err != nil {
		t.Fatal(err)
	}
	for x := range 40 {
		r, g, _, a := small.At(x, 5).RGBA()
		if g > 0 || x < 18 && (r>>8 < 250 || a>>8 < 250) || x > 21 && a>>8 > 5 {
			t.Errorf("pixel %d is %d, %d, alpha %d", x, r>>8, g>>8, a>>8)
		}
	}
	again, err := Encode(src, 40)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("the same picture gave other bytes: %v", err)
	}
	for width, src := range map[int][]byte{0: src, 401: src, 2: gifOf(t, flag(4, 4)), 3: src[:200], 4: nil} {
		if out, err := Encode(src, width); err == nil {
			t.Errorf("width %d of %d bytes: got %d bytes", width, len(src), len(out))
		}
	}
}

func TestCache(t *testing.T) {
	src := pngOf(t, flag(64, 32))
	want, err := Encode(src, 32)
	if err != nil {
		t.Fatal(err)
	}
	cache := Cache{Dir: filepath.Join(t.TempDir(), "made", "when", "needed")}
	encode := func(what string, want []byte) {
		t.Helper()
		if got, err := cache.Encode(src, 32); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got %d bytes, %v, want %d", what, len(got), err, len(want))
		}
	}
	encode("first time", want)
	files, err := filepath.Glob(filepath.Join(cache.Dir, "*", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	entry, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for what, damaged := range map[string][]byte{
		"empty entry": nil, "half an entry": entry[:len(entry)/2], "a changed byte": append([]byte{entry[0] ^ 1}, entry[1:]...),
	} {
		if err := os.WriteFile(files[0], damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		encode(what, want)
		if mended, err := os.ReadFile(files[0]); err != nil || !bytes.Equal(mended, entry) {
			t.Errorf("%s is not mended: %v", what, err)
		}
	}
	if err := store(files[0], []byte("kept")); err != nil {
		t.Fatal(err)
	}
	encode("kept entry", []byte("kept"))
	if left, err := filepath.Glob(filepath.Join(cache.Dir, "*", "new-*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	if _, err := cache.Encode(src, 64_000); err == nil {
		t.Error("an impossible width was made")
	}
	cache.Dir = files[0] // a file: nothing can be kept in it
	encode("cache that can't be written", want)
	cache.Dir = ""
	encode("no cache", want)
}

func TestIcon(t *testing.T) {
	src := pngOf(t, flag(512, 512))
	for _, size := range []int{16, 32, 180, 512} {
		icon, err := Icon(src, size)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(icon))
		if err != nil || picture.Bounds().Size() != image.Pt(size, size) || corners(picture) != "rgbw" {
			t.Errorf("icon of %d: %v, %v", size, picture.Bounds(), err)
		}
	}
	for what, src := range map[string][]byte{
		"not square": pngOf(t, flag(64, 63)), "not png": jpegOf(t, flag(64, 64)), "too small": pngOf(t, flag(31, 31)), "no picture": nil,
	} {
		if _, err := Icon(src, 32); err == nil {
			t.Errorf("an icon was made of what is %s", what)
		}
	}
}

func TestICO(t *testing.T) {
	icon := pngOf(t, flag(32, 32))
	ico, err := ICO(icon)
	if err != nil {
		t.Fatal(err)
	}
	want := []byte{0, 0, 1, 0, 1, 0, 32, 32, 0, 0, 1, 0, 32, 0}
	if !bytes.HasPrefix(ico, want) {
		t.Errorf("directory is %v, want %v", ico[:len(want)], want)
	}
	size, offset := binary.LittleEndian.Uint32(ico[14:]), binary.LittleEndian.Uint32(ico[18:])
	if int(size) != len(icon) || !bytes.Equal(ico[offset:], icon) {
		t.Errorf("entry of %d bytes at %d, want %d bytes", size, offset, len(icon))
	}
	if ico, err = ICO(pngOf(t, flag(256, 256))); err != nil || ico[6] != 0 || ico[7] != 0 {
		t.Errorf("256 pixels are written as 0: %v", err)
	}
	for _, src := range [][]byte{pngOf(t, flag(257, 1)), jpegOf(t, flag(32, 32)), nil} {
		if _, err := ICO(src); err == nil {
			t.Error("an icon was made of what is none")
		}
	}
}

// BenchmarkEncode makes the variant for a phone of a photograph of 12
// megapixels.
func BenchmarkEncode(b *testing.B) {
	src := jpegOf(b, flag(4000, 3000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Encode(src, 960); err != nil {
			b.Fatal(err)
		}
	}
}
