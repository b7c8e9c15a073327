export const ROLLOUT = 'argoproj.io/Rollout';
