import { BROADCAST, FC } from '#contract/modbus.ts';
import { COMMAND, KEEP_QUIET } from '#contract/registers.ts';
import { decodeSearchAnswer, hasPrefix, searchRequest, uidWords } from '#contract/uid-search.ts';
import type { SearchAnswer } from '#contract/uid-search.ts';
import { lineLost } from '../line/line-lost.ts';
import type { ModbusMaster } from './modbus-master.ts';
import type { SearchBus } from './search.ts';

/** The nodes at one address of a real line. Throws UnavailableError when the line is lost. */
export function searchBus(master: ModbusMaster, address: number): SearchBus {
  return {
    anew: async () => {
      const { register, searchAnew: value } = COMMAND;
      await master.request({ fc: FC.writeOne, address: BROADCAST, register, value });
    },
    ask: async (prefix) => {
      const heard = await master.overhear(searchRequest(address, prefix));
      if (heard === undefined) throw lineLost();
      const nodes: SearchAnswer[] = [];
      let isCrowd = heard.strayBytes > 0;
      let isRefused = false;
      for (const answer of heard.answers) {
        const node = answer.kind === 'registers' ? decodeSearchAnswer(answer.data) : undefined;
        if (node && hasPrefix(node.uid, prefix)) nodes.push(node);
        else if (answer.kind === 'exception') isRefused = true;
        else isCrowd = true;
      }
      return { nodes, isCrowd, isRefused };
    },
    keepQuiet: async (uid) => {
      const { register } = KEEP_QUIET;
      const values = uidWords(uid);
      const exchange = await master.request({ fc: FC.writeMany, address, register, values });
      if (exchange.kind === 'lost') throw lineLost();
      return exchange.kind === 'answered';
    },
  };
}
