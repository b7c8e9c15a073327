import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

/** The last line of CI is only as good as its sum. */
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'reports-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function summary(): string {
  const tool = join(__dirname, '..', 'tools', 'test-summary.mjs');
  return execFileSync(process.execPath, [tool, folder], { encoding: 'utf8' }).trim();
}

test('cases of all suites are added up, whatever wrote them', () => {
  writeFileSync(join(folder, 'junit.xml'), `<testsuites tests="3"><testsuite tests="3">
    <testcase name="a" time="0"></testcase>
    <testcase name="b"><failure>expected &lt;error&gt;</failure></testcase>
    <testcase name="c"><skipped/></testcase>
  </testsuite></testsuites>`);
  writeFileSync(join(folder, 'pytest.xml'), `<testsuites><testsuite tests="3" errors="1">
    <testcase name="d" /><testcase name="e"><error message="m">t</error></testcase><testcase name="f"/>
  </testsuite></testsuites>`);

  expect(summary()).toBe('3 2');
});

test('a test file that does not load is one failure, though jest-junit lists it twice', () => {
  writeFileSync(join(folder, 'junit.xml'), `<testsuites><testsuite tests="0" errors="1">
    <testcase classname="Test suite failed to run" name="a.test.ts"><error>broken</error></testcase>
    <testcase classname="Test suite failed to run" name="a.test.ts"><failure>{}</failure></testcase>
  </testsuite></testsuites>`);

  expect(summary()).toBe('0 1');
});

test('no report is no success', () => {
  expect(summary()).toBe('0 0');
});
