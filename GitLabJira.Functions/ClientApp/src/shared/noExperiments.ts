/** Stands in for Atlassian's client of experiments, which was a quarter of the script of a first visit: nobody runs any on this page. Of it Atlaskit's components call these two. */
export default {
  checkGate: (): boolean => false,
  getExperimentValue: <T>(_experiment: string, _parameter: string, otherwise: T): T => otherwise,
};
