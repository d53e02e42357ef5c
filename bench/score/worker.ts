import { playJob } from './jobs.ts';
import type { Job } from './jobs.ts';

process.on('message', (job: Job) => process.send?.(playJob(job)));
