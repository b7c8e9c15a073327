package main

import (
	"fmt"
	"io"
	"sync"
)

type histogram struct {
	mutex  sync.Mutex
	bounds []float64
	counts []int64
	sum    float64
	total  int64
}

func newHistogram(bounds ...float64) *histogram {
	return &histogram{bounds: bounds, counts: make([]int64, len(bounds))}
}

func (h *histogram) observe(value float64) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	for i, bound := range h.bounds {
		if value <= bound {
			h.counts[i]++
		}
	}
	h.sum += value
	h.total++
}

func (h *histogram) write(w io.Writer, name string) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	fmt.Fprintf(w, "# TYPE %s histogram\n", name)
	for i, bound := range h.bounds {
		fmt.Fprintf(w, "%s_bucket{le=\"%g\"} %d\n", name, bound, h.counts[i])
	}
	fmt.Fprintf(w, "%s_bucket{le=\"+Inf\"} %d\n%s_sum %g\n%s_count %d\n", name, h.total, name, h.sum, name, h.total)
}
