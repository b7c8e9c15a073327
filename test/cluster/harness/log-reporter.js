// After a file with a failed test: what the programs of the bench complained of last; all of it is kept in test-reports/cluster-logs.
const fs = require('node:fs');
const path = require('node:path');

const LINES = 5;
// as klog, logrus and the JSON loggers mark them
const COMPLAINT = /^[WEF]\d{4} |level=(warning|error|fatal)|"level":"(warn|error|fatal|WARN|ERROR)"|panic/;

module.exports = class LogReporter {
  constructor(config) {
    this.kept = path.join(config.rootDir, 'test-reports', 'cluster-logs');
    fs.rmSync(this.kept, { recursive: true, force: true });
  }

  onTestFileResult(_test, result) {
    const logs = process.env.CLUSTER_LOGS;
    if (!logs || !fs.existsSync(logs) || (result.numFailingTests === 0 && !result.testExecError)) {return;}
    fs.cpSync(logs, this.kept, { recursive: true });
    for (const name of fs.readdirSync(logs).sort()) {
      const complaints = fs.readFileSync(path.join(logs, name), 'utf8').split('\n').filter((line) => COMPLAINT.test(line)).slice(-LINES);
      const lines = complaints.map((line) => `  ${line.slice(0, 400)}\n`);
      process.stderr.write(lines.length > 0 ? `\n${name}, last warnings and errors; all of it is in ${path.relative(process.cwd(), this.kept)}/\n${lines.join('')}` : '');
    }
  }
};
