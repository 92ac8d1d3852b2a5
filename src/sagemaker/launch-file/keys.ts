/** One sentence a key, which docs/launch.md shows; a test holds them against the schema. */
export const launchFileKeys = {
  name: 'What the names of models and jobs begin with; up to 28 letters, digits and hyphens.',
  region: 'Of AWS. `--region` goes before it; without both AWS_REGION or the profile’s.',
  image: 'The name of an image that exists, or the keys below. Left out: batchline’s own, built from this checkout.',
  'image.existing': 'An image in a registry, or on this machine, which is then pushed; `--image` does the same.',
  'image.context': 'The folder that is built; batchline’s own checkout by default.',
  'image.dockerfile': 'Within the context; `Dockerfile` by default.',
  'image.buildArgs': 'Names and values for `--build-arg`; they can be read in the image, so no secrets.',
  'image.repository': 'Of ECR, made if it is missing; `batchline` by default.',
  'image.registry': '`host[:port]` to push to in place of the account’s ECR.',
  'image.tool': '`docker`, `podman` or `buildah`; by default the first that answers.',
  'image.scanOnPush': 'Whether ECR scans images for vulnerabilities; true by default.',
  'image.keepImages': 'A lifecycle rule for the repository: how many images it keeps. By default all.',
  model:
    'A model folder, a model.tar.gz, `dvc://path@rev`, or `s3://…/model.tar.gz`. Left out: the model is in the image.',
  artifacts: '`s3://bucket/prefix/` that model archives go to.',
  shard:
    '`auto`: large objects are cut so that all instances have work; see [sharding.md](sharding.md). `none` by default.',
  CreateModel:
    'Members of a [CreateModel](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html) request, or a JSON file of them. ExecutionRoleArn is needed. ModelName, Image and ModelDataUrl are filled in where they are left out; EnableNetworkIsolation is true unless it says otherwise.',
  CreateTransformJob:
    'Members of a [CreateTransformJob](https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html) request, or a JSON file of them, such as the one of `batchline transform --job`. With a ModelName of its own, no image and no model are made.',
} as const;
