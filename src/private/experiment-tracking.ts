/** What of the order of adoption a registry brings with it, by what its clients need in their environment. */
export function experimentTrackingIn(environment: { [name: string]: string }): string[] {
  return environment.MLFLOW_TRACKING_URI === undefined ? [] : ['Experiment tracking (MLflow)'];
}
