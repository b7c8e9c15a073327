package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// Weights of a logistic regression: what the artifact holds.
type linearModel struct {
	Weights []float64 `json:"weights"`
	Bias    float64   `json:"bias"`
}

func (m linearModel) score(features []float64) (float64, error) {
	if len(features) != len(m.Weights) {
		return 0, fmt.Errorf("%d features are needed, got %d", len(m.Weights), len(features))
	}
	sum := m.Bias
	for i, feature := range features {
		sum += feature * m.Weights[i]
	}
	return 1 / (1 + math.Exp(-sum)), nil
}

// Reads the model out of the folder that its artifact was unpacked into.
func loadModel(folder string) (linearModel, error) {
	var model linearModel
	data, err := os.ReadFile(filepath.Join(folder, "model.json"))
	if err != nil {
		return model, err
	}
	if err := json.Unmarshal(data, &model); err != nil {
		return model, err
	}
	if len(model.Weights) == 0 {
		return model, errors.New("it has no weights")
	}
	return model, nil
}
