import { BlockList, isIPv6 } from 'net';

/** Whether an address lies in a block such as `10.0.0.0/8`. */
export function isIn(address: string, cidr: string): boolean {
  const [network, bits] = cidr.split('/');
  if (isIPv6(address) !== isIPv6(network)) {return false;}
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family);
  return block.check(address, family);
}

/** The first and last address of a block, and their neighbours outside of it where there are any. */
export function bordersOf(cidr: string): string[] {
  const [network, bits] = cidr.split('/');
  const { groups, groupSize } = isIPv6(network) ? V6 : V4;
  const all = groupSize ** groups;
  const size = all / 2n ** BigInt(bits);
  const first = toNumber(network) / size * size;
  const last = first + size - 1n;
  return [...new Set([first - 1n, first, last, last + 1n])].filter((number) => number >= 0n && number < all)
    .map((number) => toAddress(number, isIPv6(network)));
}

const V4 = { groups: 4n, groupSize: 256n };
const V6 = { groups: 8n, groupSize: 65536n };

function toNumber(address: string): bigint {
  if (!isIPv6(address)) {return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);}
  const [head, tail] = address.split('::').map((side) => side.split(':').filter((group) => group !== ''));
  const groups = tail === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

function toAddress(number: bigint, v6: boolean): string {
  const { groups, groupSize } = v6 ? V6 : V4;
  const parts = Array.from({ length: Number(groups) }, (_, index) => number / groupSize ** (groups - 1n - BigInt(index)) % groupSize);
  return v6 ? parts.map((part) => part.toString(16)).join(':') : parts.join('.');
}
