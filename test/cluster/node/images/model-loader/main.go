// Fetches the artifact of a release and unpacks it only if it is the one that was released.
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	uri := flag.String("model-uri", "", "s3://bucket/key of the artifact, a tar file")
	sum := flag.String("sha256", "", "SHA-256 of that file, 64 hex digits")
	output := flag.String("output", "", "folder to unpack into")
	flag.Parse()
	if err := load(*uri, *sum, *output); err != nil {
		log.Fatal(err)
	}
	log.Printf("%s is the artifact that was released", *uri)
}

func load(uri, sum, output string) error {
	path, isS3 := strings.CutPrefix(uri, "s3://")
	if !isS3 || output == "" || len(sum) != 64 {
		return fmt.Errorf("--model-uri=s3://…, --sha256 and --output are needed, got %q", os.Args[1:])
	}
	artifact, err := fetch(path)
	if err != nil {
		return fmt.Errorf("%s: %w", uri, err)
	}
	hash := sha256.Sum256(artifact)
	if got := hex.EncodeToString(hash[:]); got != sum {
		return fmt.Errorf("the artifact has the SHA-256 %s, but %s was released", got, sum)
	}
	return unpack(artifact, output)
}

// Path-style, as S3 servers other than Amazon's are addressed.
func fetch(path string) ([]byte, error) {
	response, err := (&http.Client{Timeout: 20 * time.Second}).Get(os.Getenv("AWS_ENDPOINT_URL_S3") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	return io.ReadAll(response.Body)
}

func unpack(artifact []byte, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for files := tar.NewReader(bytes.NewReader(artifact)); ; {
		header, err := files.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg || !filepath.IsLocal(header.Name) {
			return fmt.Errorf("the artifact holds '%s', which is no plain file of its own folder", header.Name)
		}
		content, err := io.ReadAll(files)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, header.Name), content, 0o644); err != nil {
			return err
		}
	}
}
