// A small model server that behaves as a large one should: it warms up before it says that it is ready, counts what it answers, and
// finishes what it began when it is told to stop.
package main

import (
	"context"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Clients with open connections get this long to hear that they have to open new ones.
const drain = 3 * time.Second

func main() {
	model, err := loadModel(os.Getenv("MODEL_PATH"))
	if err != nil {
		log.Fatalf("the model cannot be read: %v", err)
	}
	warmup, err := time.ParseDuration(envOr("WARMUP", "0") + "s")
	if err != nil {
		log.Fatalf("WARMUP must be a number of seconds: %v", err)
	}
	delay, err := time.ParseDuration(envOr("DELAY", "0") + "ms")
	if err != nil {
		log.Fatalf("DELAY must be a number of milliseconds: %v", err)
	}
	s := newServer(envOr("MODEL_NAME", "model"), os.Getenv("MODEL_VERSION"), os.Getenv("PREDICTION_EXPORTER_URL"), model, delay)
	api := &http.Server{Handler: s.api()}
	metrics := &http.Server{Handler: s.metrics()}
	go serve(api, envOr("PORT", "8080"))
	go serve(metrics, envOr("METRICS_PORT", "9090"))

	log.Printf("warming up for %s", warmup)
	time.AfterFunc(warmup, func() {
		s.ready.Store(true)
		log.Print("ready")
	})

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	log.Print("finishing")
	s.leaving.Store(true)
	time.Sleep(drain)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := api.Shutdown(ctx); err != nil {
		log.Fatalf("requests were cut off: %v", err)
	}
	log.Print("finished")
}

func serve(server *http.Server, port string) {
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		log.Fatal(err)
	}
	if err := server.Serve(listener); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}

func envOr(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
