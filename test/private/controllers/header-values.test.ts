import { isHeaderValue } from '../../../src/private/controllers/istio/header-values';

test.each([
  '', 'fraud', '100%%', '%START_TIME%', '%REQ(:path)%', '%REQ( :path )%', '%REQ(["a", "b"] )%', '%REQ(["a\\"b"])%', '%REQ(a) %', 'a\tb', 'a%%%REQ(b)%%%c',
])('%j can be written', (value) => {
  expect(isHeaderValue(value)).toBe(true);
});

test.each([
  '100%', '%START_TIME', '%REQ(a', '%REQ(a\\', '%REQ(a)b%', '%REQ([a])%', '%REQ(["a" "b"])%', '%REQ(["a"]b)%', '%%%', 'a\u0000b', 'a\nb', 'a\u007fb',
])('%j cannot', (value) => {
  expect(isHeaderValue(value)).toBe(false);
});
