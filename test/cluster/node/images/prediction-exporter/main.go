// Counts the predictions that a server posts, for Prometheus.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"sync"
)

func main() {
	var (
		mutex sync.Mutex
		count int64
		sum   float64
	)
	http.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		var prediction struct{ Score float64 }
		if err := json.NewDecoder(r.Body).Decode(&prediction); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		mutex.Lock()
		defer mutex.Unlock()
		count++
		sum += prediction.Score
	})
	http.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		fmt.Fprintf(w, "# TYPE model_output_value histogram\nmodel_output_value_bucket{le=\"+Inf\"} %d\n", count)
		fmt.Fprintf(w, "model_output_value_sum %g\nmodel_output_value_count %d\n", sum, count)
	})
	log.Fatal(http.ListenAndServe(":9091", nil))
}
