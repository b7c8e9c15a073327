// Answers as the Prometheus operator would: reads PodMonitors, one JSON object a line, and writes the configuration that it gives to Prometheus for
// all of them together.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus-operator/prometheus-operator/pkg/assets"
	"github.com/prometheus-operator/prometheus-operator/pkg/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func main() {
	configuration, err := generate(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Stdout.Write(configuration)
}

func generate(input io.Reader) ([]byte, error) {
	monitors, err := read(input)
	if err != nil {
		return nil, err
	}
	server := &monitoringv1.Prometheus{ObjectMeta: metav1.ObjectMeta{Namespace: "monitoring", Name: "test"}}
	generator, err := prometheus.NewConfigGenerator(slog.Default(), server, prometheus.WithoutVersionCheck())
	if err != nil {
		return nil, err
	}
	return generator.GenerateServerConfiguration(server, nil, monitors, nil, nil, assets.NewTestStoreBuilder(), nil, nil, nil, nil)
}

func read(input io.Reader) (map[string]*monitoringv1.PodMonitor, error) {
	monitors := map[string]*monitoringv1.PodMonitor{}
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 16*1024*1024)
	for lines.Scan() {
		monitor := &monitoringv1.PodMonitor{}
		if err := json.Unmarshal(lines.Bytes(), monitor); err != nil {
			return nil, err
		}
		monitors[monitor.Namespace+"/"+monitor.Name] = monitor
	}
	return monitors, lines.Err()
}
