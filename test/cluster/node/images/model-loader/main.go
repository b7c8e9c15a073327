// Fetches one artifact and keeps it only if it is the one that was released.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	uri := flag.String("model-uri", "", "s3://bucket/folder of the release")
	sum := flag.String("sha256", "", "SHA-256 of the artifact, 64 hex digits")
	output := flag.String("output", "", "file to write")
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
	// the address of a release is a folder; path-style, as S3 servers other than Amazon's are addressed
	response, err := (&http.Client{Timeout: 20 * time.Second}).Get(os.Getenv("AWS_ENDPOINT_URL_S3") + "/" + strings.TrimSuffix(path, "/") + "/model.json")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", uri, response.Status)
	}
	return keep(response.Body, sum, output)
}

// The file appears under its name only when its content was checked.
func keep(content io.Reader, sum, output string) error {
	unchecked := output + ".unchecked"
	file, err := os.Create(unchecked)
	if err != nil {
		return err
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(file, hash), content)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != sum {
		os.Remove(unchecked)
		return fmt.Errorf("the artifact has the SHA-256 %s, but %s was released", got, sum)
	}
	return os.Rename(unchecked, output)
}
