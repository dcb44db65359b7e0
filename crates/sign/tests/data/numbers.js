// Makes `canonical/numbers.txt`: the bits of a double, and how ECMAScript writes it. It runs with Node.js: node numbers.js.
const view = new DataView(new ArrayBuffer(8));
const lines = [];
const add = (bits) => {
  view.setBigUint64(0, bits);
  const number = view.getFloat64(0);
  if (Number.isFinite(number)) lines.push(`${bits.toString(16).padStart(16, "0")} ${JSON.stringify(number)}`);
};
const number = (value) => { view.setFloat64(0, value); add(view.getBigUint64(0)); };
// RFC 8785, appendix B.
["0000000000000000", "8000000000000000", "0000000000000001", "8000000000000001", "7fefffffffffffff", "ffefffffffffffff",
 "4340000000000000", "c340000000000000", "4430000000000000", "44b52d02c7e14af5", "44b52d02c7e14af6", "44b52d02c7e14af7",
 "444b1ae4d6e2ef4e", "444b1ae4d6e2ef4f", "444b1ae4d6e2ef50", "3eb0c6f7a0b5ed8c", "3eb0c6f7a0b5ed8d", "41b3de4355555553",
 "41b3de4355555554", "41b3de4355555555", "41b3de4355555556", "41b3de4355555557", "becbf647612f3696", "43143ff3c1cb0959",
].forEach((bits) => add(BigInt(`0x${bits}`)));
// Both sides of each limit of the notation, and each power of ten and of two.
for (let power = -324; power <= 308; power++) number(Number(`1e${power}`));
for (let power = -1074; power <= 1023; power += 7) number(2 ** power);
for (const text of ["1e21", "1e-6", "123456789012345680000", "9007199254740991", "0.000001234", "0.1", "100.5"]) number(Number(text));
// Bits at random, from a generator that always gives the same (SplitMix64).
let state = 8785n;
for (let index = 0; index < 1000; index++) {
  state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
  let bits = state;
  bits = BigInt.asUintN(64, (bits ^ (bits >> 30n)) * 0xbf58476d1ce4e5b9n);
  bits = BigInt.asUintN(64, (bits ^ (bits >> 27n)) * 0x94d049bb133111ebn);
  bits ^= bits >> 31n;
  add(bits);
  // Between two shortest texts that are equally near, ECMAScript takes the even one.
  const integer = Number(BigInt.asUintN(53, bits) | 2n ** 52n);
  number(integer / 2 ** (1 + (index % 4)));
}
require("fs").writeFileSync(`${__dirname}/canonical/numbers.txt`, lines.join("\n") + "\n");
