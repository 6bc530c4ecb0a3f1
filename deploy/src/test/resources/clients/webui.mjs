// WebUI's clients in JavaScript against a farm: node webui.mjs URL TOKEN. Ends with "all is well".
// sharp, with which two of them decode pictures, is a later one than they name: theirs downloads
// its libraries while it is installed.

import { strict as assert } from 'node:assert'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const [url, token] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const size = { width: 256, height: 192 }

const told = result => (typeof result.info === 'string' ? JSON.parse(result.info) : result.info)

async function draw(Api) {
  const api = new Api({ host: hostname, port: Number(port), protocol: 'http', defaultSampler: 'Euler a', defaultStepCount: 2 })
  api.setAuth('ann', token)
  const drawn = await api.txt2img({ prompt: 'a fox', negative_prompt: '', seed: 7, n_iter: 2, ...size })
  assert.equal(drawn.images.length, 2)
  assert.deepEqual(told(drawn).all_seeds, [7, 8])
  assert.equal(told(drawn).sampler_name, 'Euler a')
  const picture = drawn.image
  assert.deepEqual((({ width, height }) => ({ width, height }))(await picture.metadata()), size)

  const larger = await api.txt2img({
    prompt: 'a fox', seed: 7, enable_hr: true, hr_scale: 1.4, hr_upscaler: 'Latent', width: 104, height: 152,
  })
  assert.deepEqual([told(larger).width, told(larger).height], [144, 208])
  const other = await api.img2img({
    init_images: [picture], prompt: 'a lake', denoising_strength: 0.5, seed: 3, ...size,
  })
  assert.equal(told(other).width, 256)

  assert.ok((await api.getSdModels())[0].title.startsWith('miniature'))
  assert.ok((await api.getSamplers()).some(sampler => sampler.name === 'Euler a'))
  assert.ok((await api.getOptions()).sd_model_checkpoint.startsWith('miniature'))
  assert.equal((await api.getProgress()).progress, 0)
  for (const list of ['getUpscalers', 'getHypernetworks', 'getFaceRestorers', 'getRealesrganModels', 'getPromptStyles']) {
    assert.ok(Array.isArray(await api[list]()), list)
  }
  await api.getCmdFlags()
  await api.refreshCheckpoints()
  // Their setModel looks for a field that WebUI's models do not have either.
  await api.setOptions({ sd_model_checkpoint: 'miniature' })
  assert.ok((await api.getCurrentModel()).startsWith('miniature'))
}

for (const name of ['stable-diffusion-api', 'a1111-webui-api']) {
  await draw(require(name).default)
  console.log(name)
}

// It knows no passwords: whoever uses it has them in the address.
const fetchPlainly = globalThis.fetch
globalThis.fetch = (address, options = {}) =>
  fetchPlainly(address, { ...options, headers: { ...options.headers, Authorization: 'Bearer ' + token } })
const client = require('node-sd-webui').default({ apiUrl: url })
const drawn = await client.txt2img({ prompt: 'a fox', samplingMethod: 'Euler a', steps: 2, batchSize: 2, seed: 7, ...size })
assert.equal(drawn.images.length, 2)
const other = await client.img2img({ imageData: [drawn.images[0]], prompt: 'a lake', steps: 2, ...size })
assert.equal(other.images.length, 1)
assert.equal((await client.pngInfo({ imageData: drawn.images[0] })).seed, 7)
console.log('all is well')
