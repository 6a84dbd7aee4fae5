package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// flag draws a picture of four fields: red and green above blue and white.
func flag(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.Set(x, y, fields[2*y/height*2+2*x/width])
		}
	}
	return picture
}

var fields = [4]color.RGBA{{R: 255, A: 255}, {G: 255, A: 255}, {B: 255, A: 255}, {R: 255, G: 255, B: 255, A: 255}}

func pngOf(tb testing.TB, picture image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(tb testing.TB, picture image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 95}); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func gifOf(tb testing.TB, picture image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, picture, nil); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// webpHeader is the start of a lossless WebP, which tells its size.
func webpHeader(width, height int) []byte {
	bits := uint32(width-1) | uint32(height-1)<<14
	data := binary.LittleEndian.AppendUint32([]byte{0x2f}, bits)
	b := []byte("RIFF\x00\x00\x00\x00WEBPVP8L")
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(append(b, data...), 0)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// hugePNG claims a size and has no pixels.
func hugePNG(width, height uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	header = append(binary.BigEndian.AppendUint32(header, height), 8, 6, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(header))
}

func TestInspect(t *testing.T) {
	picture := flag(30, 20)
	tests := []struct {
		name string
		src  []byte
		want Info
	}{
		{"a.png", pngOf(t, picture), Info{PNG, 30, 20}},
		{"a.jpg", jpegOf(t, picture), Info{JPEG, 30, 20}},
		{"A.JPEG", jpegOf(t, picture), Info{JPEG, 30, 20}},
		{"a.gif", gifOf(t, picture), Info{GIF, 30, 20}},
		{"a.webp", webpHeader(300, 200), Info{WebP, 300, 200}},
		{"a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>`), Info{SVG, 30, 20}},
		{"large.png", hugePNG(10_000, 4_000), Info{PNG, 10_000, 4_000}},
	}
	for _, tt := range tests {
		if got, err := Inspect(tt.name, tt.src); err != nil || got != tt.want {
			t.Errorf("%s: got %v, %v, want %v", tt.name, got, err, tt.want)
		}
		if !IsPicture(tt.name) {
			t.Errorf("%s is not a picture", tt.name)
		}
	}
	for _, name := range []string{"a.md", "a.pdf", "png", "a.png.txt", ""} {
		if IsPicture(name) {
			t.Errorf("%s is a picture", name)
		}
	}
}

func TestInspectRefuses(t *testing.T) {
	whole := pngOf(t, flag(3, 2))
	tests := []struct {
		name, file string
		src        []byte
		want       string
	}{
		{"another format", "a.jpg", whole, "picture is png, not jpeg"},
		{"half a header", "a.png", whole[:20], "can't be read"},
		{"empty", "a.png", nil, "can't be read"},
		{"text", "a.gif", []byte("GIF of text"), "can't be read"},
		{"too many bytes", "a.png", hugePNG(6_400, 6_400), "more than 160 MB"},
		{"too many pixels", "a.png", hugePNG(10_000, 6_001), "more than 60 million"},
		{"an overflow of pixels", "a.png", hugePNG(1<<30, 1<<30), "can't be read"},
		{"an SVG by another name", "a.png", []byte("<svg/>"), "can't be read"},
	}
	for _, tt := range tests {
		if _, err := Inspect(tt.file, tt.src); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := Encode(hugePNG(50_000, 50_000), 480); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want %v", err, ErrTooLarge)
	}
}

func TestInspectSVG(t *testing.T) {
	tests := []struct {
		attributes    string
		width, height int
	}{
		{`width="720" height="360"`, 720, 360},
		{`width="720px" height="3.5in"`, 720, 336},
		{`width="10cm" height="100mm"`, 378, 378},
		{`width="72pt" height="6pc"`, 96, 96},
		{`viewBox="0 0 480 320"`, 480, 320},
		{`viewBox="-5,-5,480.4,319.6"`, 480, 320},
		{`width="240" viewBox="0 0 480 320"`, 240, 160},
		{`height="160" viewBox="0 0 480 320"`, 240, 160},
		{`width="100%" height="auto" viewBox="0 0 480 320"`, 480, 320},
		{`width="2em" height="10" viewBox="0 0 2 1"`, 20, 10},
		{`width="0.2" height="0.1"`, 1, 1},
	}
	for _, tt := range tests {
		src := `<?xml version="1.0"?><!-- c --><svg xmlns="http://www.w3.org/2000/svg" ` + tt.attributes + `><broken`
		got, err := Inspect("a.svg", []byte(src))
		if want := (Info{SVG, tt.width, tt.height}); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", tt.attributes, got, err, want)
		}
	}
	for src, want := range map[string]string{
		``:                            "can't be read",
		`text`:                        "can't be read",
		`<html/>`:                     "begins with \"html\"",
		`<svg width="1" height="1"/>`: "not with svg of",
		`<svg xmlns="http://www.w3.org/2000/svg"/>`:                                                       "neither width and height nor a viewBox",
		`<svg xmlns="http://www.w3.org/2000/svg" width="-1" height="NaN" viewBox="0 0 0 0"/>`:             "neither",
		`<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1"/>`:                                "larger than 20000",
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e300 1e-300" width="9"/>`:                  "",
		`<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`:  "defines entities",
		`<svg xmlns="http://www.w3.org/2000/svg" width="&a;" height="1"/>`:                                "can't be read",
		`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">` + strings.Repeat(" ", maxDrawing): "larger than 2 MiB",
	} {
		if _, err := Inspect("a.svg", []byte(src)); want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.90s: got %v, want %q", src, err, want)
		}
	}
}

// FuzzInspect reads arbitrary files by every name.
func FuzzInspect(f *testing.F) {
	f.Add(pngOf(f, flag(3, 2)))
	f.Add(gifOf(f, flag(3, 2)))
	f.Add(webpHeader(3, 2))
	f.Add(turned(f, flag(3, 2), 6, binary.BigEndian))
	f.Add([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`))
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, name := range []string{"a.png", "a.jpg", "a.gif", "a.webp", "a.svg"} {
			info, err := Inspect(name, src)
			if err == nil && (info.Width < 1 || info.Height < 1 || info.Width > MaxPixels/info.Height) {
				t.Errorf("%s: %v", name, info)
			}
		}
	})
}
