// Package picture reads the sizes of pictures, makes the variants and icons
// that pages need, and checks drawings that become part of a page.
//
// Pictures are untrusted input: sizes are read from headers before anything
// is decoded, and what claims more than MaxPixels is refused, since a file of
// a few hundred bytes can claim billions. Results depend on the bytes of the
// picture alone, so that they can be kept under their hash.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // for sizes
	_ "image/jpeg" // for sizes and decoding
	_ "image/png"  // for sizes and decoding
	"path"
	"strings"

	_ "golang.org/x/image/webp" // for sizes
)

// MaxPixels is the number of pixels beyond which a picture is refused: 60
// million take 240 MB of memory while a variant is made.
const MaxPixels = 60_000_000

// ErrTooLarge says that a picture claims more than MaxPixels.
var ErrTooLarge = errors.New("picture has more than 60 million pixels")

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
	if info.Kind == JPEG && orientation(src).transposes() {
		info.Width, info.Height = info.Height, info.Width
	}
	return info, nil
}
