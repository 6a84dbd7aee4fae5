// Package picture reads the sizes of pictures, makes the variants and icons
// that pages need, and checks drawings that become part of a page.
//
// Pictures are untrusted input: sizes are read from headers before anything
// is decoded, and what claims more than MaxPixels or MaxBytes is refused, since
// a file of a few hundred bytes can claim billions. Large pictures are decoded
// one at a time, so that a build on many cores needs the memory of one. Results
// depend on the bytes of the
// picture alone, so that they can be kept under their hash.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // for sizes
	_ "image/jpeg" // for sizes and decoding
	_ "image/png"  // for sizes and decoding
	"path"
	"strings"

	_ "golang.org/x/image/webp" // for sizes
)

// A picture beyond one of these is refused.
const (
	// MaxPixels is the most pixels of a picture.
	MaxPixels = 60_000_000
	// MaxBytes is the most memory of a decoded picture: width × height ×
	// bytes a pixel, 8 of which PNG can have.
	MaxBytes = 160_000_000
)

// ErrTooLarge says that a picture claims more than MaxPixels or MaxBytes.
var ErrTooLarge = errors.New("picture has more than 60 million pixels, or needs more than 160 MB")

// A Kind is the format of a picture.
type Kind string

// The formats that pages show. Variants are made of JPEG and PNG.
const (
	GIF  Kind = "gif"
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	SVG  Kind = "svg"
	WebP Kind = "webp"
)

// Info is what a page needs to know of a picture.
type Info struct {
	Kind Kind
	// Width and Height are in CSS pixels as a browser shows the picture:
	// after turning it as its EXIF orientation says.
	Width, Height int
}

// IsPicture says whether a file has the name of a picture that can be shown.
func IsPicture(name string) bool { return kindOf(name) != "" }

// kindOf returns the format that a file's name promises; "" for none.
func kindOf(name string) Kind {
	switch strings.ToLower(path.Ext(name)) {
	case ".gif":
		return GIF
	case ".jpg", ".jpeg":
		return JPEG
	case ".png":
		return PNG
	case ".svg":
		return SVG
	case ".webp":
		return WebP
	}
	return ""
}

// Inspect reads the format and the size of a picture. It fails where the
// picture is damaged, too large, or of another format than its name says,
// since it is served by its name.
func Inspect(name string, src []byte) (Info, error) {
	promised := kindOf(name)
	if promised == SVG {
		return inspectSVG(src)
	}
	info, err := inspectRaster(src)
	if err != nil {
		return Info{}, err
	}
	if info.Kind != promised {
		return Info{}, fmt.Errorf("picture is %s, not %s as its name says", info.Kind, promised)
	}
	return info, nil
}

func inspectRaster(src []byte) (Info, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(src))
	if err != nil {
		return Info{}, fmt.Errorf("picture can't be read: %w", err)
	}
	info := Info{Kind: Kind(format), Width: config.Width, Height: config.Height}
	if info.Width < 1 || info.Height < 1 {
		return Info{}, errors.New("picture is empty")
	}
	if info.Width > MaxPixels/info.Height {
		return Info{}, ErrTooLarge
	}
	if decodes(info.Kind) && info.Width*info.Height > MaxBytes/pixelBytes(config.ColorModel) {
		return Info{}, ErrTooLarge
	}
	if info.Kind == JPEG && orientation(src).transposes() {
		info.Width, info.Height = info.Height, info.Width
	}
	return info, nil
}

// decodes says whether pictures of a kind are ever decoded; of the others only
// the header is read.
func decodes(kind Kind) bool { return kind == JPEG || kind == PNG }

// pixelBytes returns the most bytes that a decoded pixel takes. A PNG with a
// transparent colour becomes one with an alpha channel.
func pixelBytes(model color.Model) int {
	switch model {
	case color.RGBA64Model, color.NRGBA64Model, color.Gray16Model:
		return 8
	case color.YCbCrModel:
		return 3
	case color.RGBAModel, color.NRGBAModel, color.CMYKModel, color.GrayModel:
		return 4
	}
	return 1 // a palette
}
