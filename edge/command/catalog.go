package command

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"indigex.com/indigex/policy"
)

func catalogFile(public string) string { return filepath.Join(public, "catalog.json") }

// readCatalog returns the catalog of a public folder and the hash of its
// bytes.
func readCatalog(public string) (catalog *policy.Catalog, hash string, err error) {
	data, err := os.ReadFile(catalogFile(public))
	if err != nil {
		return nil, "", fmt.Errorf("catalog: %w", err)
	}
	if catalog, err = policy.DecodeCatalog(data); err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(data)
	return catalog, hex.EncodeToString(sum[:]), nil
}
