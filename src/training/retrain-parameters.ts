/** What a run is told about why it runs. */
export const RetrainParameter = {
  DRIFTED_FEATURES: 'drifted-features',
  REASON: 'reason',
} as const;
