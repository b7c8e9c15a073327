package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

type server struct {
	name, version, exporter string
	model                   linearModel
	delay                   time.Duration
	ready, leaving          atomic.Bool
	requests, failures      atomic.Int64
	latency                 *histogram
	predictions             chan prediction
}

type prediction struct {
	Features []float64 `json:"features"`
	Score    float64   `json:"score"`
}

func newServer(name, version, exporter string, model linearModel, delay time.Duration) *server {
	s := &server{
		name: name, version: version, exporter: exporter, model: model, delay: delay,
		latency:     newHistogram(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
		predictions: make(chan prediction, 1000),
	}
	go s.export()
	return s
}

// The paths of the Open Inference Protocol, and the older ones that the example declares.
func (s *server) api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/health/live", s.live)
	mux.HandleFunc("GET /v2/health/live", s.live)
	mux.HandleFunc("GET /v1/health/ready", s.isReady)
	mux.HandleFunc("GET /v2/models/"+s.name+"/ready", s.isReady)
	mux.HandleFunc("POST /v2/models/"+s.name+"/infer", s.infer)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// a connection that is closed without a word loses the request that is on its way
		if s.leaving.Load() {
			w.Header().Set("Connection", "close")
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *server) live(w http.ResponseWriter, _ *http.Request) {}

func (s *server) isReady(w http.ResponseWriter, _ *http.Request) {
	if !s.ready.Load() {
		http.Error(w, "warming up", http.StatusServiceUnavailable)
	}
}

func (s *server) infer(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	s.requests.Add(1)
	if !s.ready.Load() {
		s.fail(w, "warming up", http.StatusServiceUnavailable)
		return
	}
	var request struct {
		Features []float64 `json:"features"`
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		s.fail(w, err.Error(), http.StatusBadRequest)
		return
	}
	score, err := s.model.score(request.Features)
	if err != nil {
		s.fail(w, err.Error(), http.StatusBadRequest)
		return
	}
	// a version may be right and slow
	time.Sleep(s.delay)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"model": s.name, "version": s.version, "score": score})
	s.latency.observe(time.Since(started).Seconds())
	select {
	case s.predictions <- prediction{request.Features, score}:
	default: // the exporter lags; answers do not wait for it
	}
}

func (s *server) fail(w http.ResponseWriter, words string, status int) {
	s.failures.Add(1)
	http.Error(w, words, status)
}

// Posts each prediction to the exporter beside the server.
func (s *server) export() {
	for p := range s.predictions {
		if s.exporter == "" {
			continue
		}
		body, _ := json.Marshal(p)
		if response, err := http.Post(s.exporter, "application/json", bytes.NewReader(body)); err == nil {
			response.Body.Close()
		}
	}
}

func (s *server) metrics() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "# TYPE model_inference_requests_total counter\nmodel_inference_requests_total %d\n", s.requests.Load())
		fmt.Fprintf(w, "# TYPE model_inference_errors_total counter\nmodel_inference_errors_total %d\n", s.failures.Load())
		s.latency.write(w, "model_inference_duration_seconds")
	})
	return mux
}
