/** A CreateTransformJob request. Source: botocore, sagemaker/2017-07-24/service-2.json. */
export interface CreateTransformJobRequest {
  readonly TransformJobName: string;
  readonly ModelName: string;
  readonly MaxConcurrentTransforms?: number;
  readonly ModelClientConfig?: {
    readonly InvocationsTimeoutInSeconds?: number;
    readonly InvocationsMaxRetries?: number;
  };
  readonly MaxPayloadInMB?: number;
  readonly BatchStrategy?: 'MultiRecord' | 'SingleRecord';
  readonly Environment?: Readonly<Record<string, string>>;
  readonly TransformInput: {
    readonly DataSource: {
      readonly S3DataSource: {
        readonly S3DataType: 'ManifestFile' | 'S3Prefix';
        readonly S3Uri: string;
      };
    };
    readonly ContentType?: string;
    readonly CompressionType?: 'None' | 'Gzip';
    readonly SplitType?: 'None' | 'Line' | 'RecordIO' | 'TFRecord';
  };
  readonly TransformOutput: {
    readonly S3OutputPath: string;
    readonly Accept?: string;
    readonly AssembleWith?: 'None' | 'Line';
    readonly KmsKeyId?: string;
  };
  readonly TransformResources: {
    readonly InstanceType: string;
    readonly InstanceCount: number;
    readonly VolumeKmsKeyId?: string;
    readonly TransformAmiVersion?: string;
  };
  readonly DataProcessing?: DataProcessing;
  readonly DataCaptureConfig?: {
    readonly DestinationS3Uri: string;
    readonly KmsKeyId?: string;
    readonly GenerateInferenceId?: boolean;
  };
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly ExperimentConfig?: Readonly<Record<string, string>>;
}

export interface DataProcessing {
  readonly InputFilter?: string;
  readonly OutputFilter?: string;
  readonly JoinSource?: 'Input' | 'None';
}
