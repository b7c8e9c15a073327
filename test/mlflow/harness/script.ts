import { execFile } from 'child_process';

/** What a Python program prints; an error with all of its words where it fails. */
export function execute(python: string, program: string, args: string[], env: { [name: string]: string } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(python, ['-c', program, ...args], { env: { PATH: process.env.PATH, ...env }, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) {reject(new Error(`${error.message}\n${stdout}${stderr}`));} else {resolve(stdout);}
    });
  });
}
