package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"path"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/draw"
)

// Config says which variants pages get.
type Config struct {
	// Widths are in pixels, ascending; nil means 480, 960 and 1440.
	Widths []int
}

// A Variant is a smaller copy of a picture.
type Variant struct {
	// Width and Height are in pixels.
	Width, Height int
	// Name is the picture's, with the width before its ending.
	Name string
}

// Variants lists the smaller copies that a picture is worth: none of a
// drawing, an animation, or a WebP, which the Go libraries can't write.
func Variants(name string, info Info, config Config) []Variant {
	if info.Kind != JPEG && info.Kind != PNG {
		return nil
	}
	widths := config.Widths
	if widths == nil {
		widths = []int{480, 960, 1440}
	}
	ext := path.Ext(name)
	var variants []Variant
	for _, w := range widths {
		if w < info.Width {
			variants = append(variants, Variant{
				Width: w, Height: scaled(w, info.Width, info.Height),
				Name: strings.TrimSuffix(name, ext) + "-" + strconv.Itoa(w) + ext,
			})
		}
	}
	return variants
}

// scaled returns the height that goes with a width, at least 1.
func scaled(width, naturalWidth, naturalHeight int) int {
	return max(1, (width*naturalHeight+naturalWidth/2)/naturalWidth)
}

// jpegQuality is where a photograph's loss is not seen at the size of a page.
const jpegQuality = 82

// Encode returns a JPEG or PNG of the given width in pixels, upright and
// without metadata: a photograph's EXIF may tell where it was taken. The same
// source gives the same bytes on the same kind of processor.
func Encode(src []byte, width int) ([]byte, error) {
	info, err := inspectRaster(src)
	if err != nil {
		return nil, err
	}
	if info.Kind != JPEG && info.Kind != PNG {
		return nil, fmt.Errorf("no variants are made of %s", info.Kind)
	}
	if width < 1 || width > info.Width {
		return nil, fmt.Errorf("width %d is not between 1 and %d", width, info.Width)
	}
	var t turn
	if info.Kind == JPEG {
		t = orientation(src)
	}
	picture, err := scale(src, width, scaled(width, info.Width, info.Height), t)
	if err != nil {
		return nil, err
	}
	if info.Kind == PNG {
		return encodePNG(picture)
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, picture, &jpeg.Options{Quality: jpegQuality})
	return out.Bytes(), err
}

// large is held while a picture of more than largeBytes is decoded. It is the
// one state of the package: builds in one process share one memory, and
// whoever encodes need not hand a limit about.
var large sync.Mutex

// largeBytes is the decoded size from which pictures wait for each other.
const largeBytes = 32_000_000

// scale decodes a picture whose size is known to be sound, and makes it
// upright with the given size.
func scale(src []byte, width, height int, t turn) (*image.RGBA, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(src))
	if err != nil {
		return nil, fmt.Errorf("picture can't be read: %w", err)
	}
	if config.Width*config.Height > largeBytes/pixelBytes(config.ColorModel) {
		large.Lock()
		defer large.Unlock()
	}
	picture, _, err := image.Decode(bytes.NewReader(src))
	if err != nil {
		return nil, fmt.Errorf("picture can't be read: %w", err)
	}
	if t.transposes() {
		width, height = height, width
	}
	if k := min(picture.Bounds().Dx()/width, picture.Bounds().Dy()/height); k > 1 {
		picture = shrink(picture, k)
	}
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(dst, dst.Rect, picture, picture.Bounds(), draw.Src, nil)
	return t.apply(dst), nil
}

// shrink makes one pixel of each k by k. Catmull-Rom keeps 32 bytes for each
// row of the source and column of the result: without this, 24 million pixels
// would take 180 MB.
func shrink(src image.Image, k int) *image.RGBA {
	from := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, from.Dx()/k, from.Dy()/k))
	band := image.NewRGBA(image.Rect(0, 0, dst.Rect.Dx()*k, k))
	for y := range dst.Rect.Dy() {
		draw.Draw(band, band.Rect, src, image.Pt(from.Min.X, from.Min.Y+y*k), draw.Src)
		row := dst.Pix[y*dst.Stride:]
		for x := range dst.Rect.Dx() {
			average(row[4*x:4*x+4], band, x*k, k)
		}
	}
	return dst
}

// average writes the mean of the k by k pixels of a band that begin at x.
func average(pixel []byte, band *image.RGBA, x, k int) {
	var sum [4]int
	for y := range k {
		line := band.Pix[y*band.Stride+4*x:]
		for i := range 4 * k {
			sum[i&3] += int(line[i])
		}
	}
	for c := range sum {
		pixel[c] = byte((sum[c] + k*k/2) / (k * k))
	}
}

func encodePNG(picture image.Image) ([]byte, error) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err := encoder.Encode(&out, picture)
	return out.Bytes(), err
}
