import { open } from "node:fs/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { UserError } from "../cli/errors.js";
import { parseS3Url, type S3Address, s3Url } from "./s3Url.js";

/** An object that a listing found. */
export interface S3Entry {
  key: string;
  bytes: number;
  /** Fingerprint of its content, as the server made it. */
  tag: string;
}

/** What the rest of Earshot asks of S3-compatible storage; every error is one sentence with the URL. */
export interface S3 {
  get(url: string): Promise<Uint8Array>;
  /** The object appears whole or not at all. */
  put(url: string, content: string | Uint8Array): Promise<void>;
  /** A file of any size, in parts. */
  putFile(url: string, path: string): Promise<void>;
  has(url: string): Promise<boolean>;
  /** What begins with a URL's key, in the order of keys. */
  list(url: string): AsyncGenerator<S3Entry>;
  remove(url: string, keys: readonly string[]): Promise<void>;
}

type Sdk = typeof import("@aws-sdk/client-s3");

/** Parts of large files, or more where there would be more than the 10,000 that S3 takes. */
const partBytes = 16 * 2 ** 20;

/** One client a process and endpoint: it keeps connections open. */
const clients = new Map<string, Promise<{ sdk: Sdk; client: S3Client }>>();

/** S3-compatible storage by what the environment says. @throws UserError where the package for it is not installed */
export async function openS3(): Promise<S3> {
  const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL ?? "";
  let opening = clients.get(endpoint);
  if (!opening) {
    opening = connect(endpoint);
    clients.set(endpoint, opening);
  }
  const { sdk, client } = await opening;
  return operations(sdk, client);
}

async function connect(endpoint: string): Promise<{ sdk: Sdk; client: S3Client }> {
  const sdk = await import("@aws-sdk/client-s3").catch((error: Error) => {
    throw new UserError("s3:// needs one more package: npm install @aws-sdk/client-s3.", { cause: error });
  });
  // Which versions of Node it will support some day is no news for those who run a command.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const client = new sdk.S3Client({
    // The name of a region is part of every signature; servers other than Amazon's take any.
    region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "us-east-1",
    // Servers under a name of their own keep the bucket in the path.
    ...(endpoint !== "" && { endpoint, forcePathStyle: true }),
    // Check sums in trailers are Amazon's own; TLS and ETags guard what is sent.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return { sdk, client };
}

function operations(sdk: Sdk, client: S3Client): S3 {
  const at = (url: string): { Bucket: string; Key: string } => {
    const { bucket, key } = parseS3Url(url);
    return { Bucket: bucket, Key: key };
  };
  const put = (url: string, body: string | Uint8Array): Promise<unknown> =>
    client.send(new sdk.PutObjectCommand({ ...at(url), Body: body }));

  async function putParts(url: string, path: string, bytes: number): Promise<void> {
    const place = at(url);
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(place));
    const file = await open(path);
    try {
      const parts: { PartNumber: number; ETag: string | undefined }[] = [];
      const size = Math.max(partBytes, Math.ceil(bytes / 10_000));
      for (let from = 0; from < bytes; from += size) {
        const Body = Buffer.alloc(Math.min(size, bytes - from));
        await file.read(Body, 0, Body.length, from);
        const part = { PartNumber: parts.length + 1, UploadId };
        const { ETag } = await client.send(new sdk.UploadPartCommand({ ...place, ...part, Body }));
        parts.push({ PartNumber: part.PartNumber, ETag });
      }
      const MultipartUpload = { Parts: parts };
      await client.send(new sdk.CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload }));
    } catch (error) {
      await client.send(new sdk.AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
  }

  return {
    get: (url) =>
      inWords(url, async () => {
        const { Body } = await client.send(new sdk.GetObjectCommand(at(url)));
        if (!Body) throw new Error("it has no content");
        return Body.transformToByteArray();
      }),
    put: (url, content) => inWords(url, async () => void (await put(url, content))),
    putFile: (url, path) =>
      inWords(url, async () => {
        const file = await open(path);
        const { size } = await file.stat();
        const whole = size <= partBytes ? await file.readFile() : undefined;
        await file.close();
        if (whole) await put(url, whole);
        else await putParts(url, path, size);
      }),
    has: (url) =>
      inWords(url, () =>
        client.send(new sdk.HeadObjectCommand(at(url))).then(
          () => true,
          (error: { name?: string; $metadata?: { httpStatusCode?: number } }) => {
            if (error.$metadata?.httpStatusCode === 404) return false;
            throw error;
          },
        ),
      ),
    async *list(url) {
      const { Bucket, Key: Prefix } = at(url);
      for (let ContinuationToken: string | undefined; ; ) {
        const page = await inWords(url, () =>
          client.send(
            new sdk.ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }),
          ),
        );
        for (const { Key, Size = 0, ETag = "" } of page.Contents ?? []) {
          // What ends in a slash is a folder that some programs leave behind.
          if (Key !== undefined && !Key.endsWith("/")) yield { key: Key, bytes: Size, tag: ETag };
        }
        ContinuationToken = page.NextContinuationToken;
        if (!ContinuationToken) return;
      }
    },
    async remove(url, keys) {
      const { Bucket } = at(url);
      for (let i = 0; i < keys.length; i += 1000) {
        const Objects = keys.slice(i, i + 1000).map((Key) => ({ Key }));
        await inWords(url, () =>
          client.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })),
        );
      }
    },
  };
}

const sentences: Record<string, (url: string, address: S3Address) => string> = {
  NoSuchKey: (url) => `${url} does not exist; check the URL.`,
  NotFound: (url) => `${url} does not exist; check the URL.`,
  NoSuchBucket: (_, { bucket }) => `There is no bucket ${bucket}; check the URL and AWS_ENDPOINT_URL.`,
  AccessDenied: (url) => `No permission for ${url}; check the credentials' rights.`,
  InvalidAccessKeyId: () => "S3 does not know these credentials; check AWS_ACCESS_KEY_ID.",
  SignatureDoesNotMatch: () => "S3 does not take these credentials; check AWS_SECRET_ACCESS_KEY.",
  CredentialsProviderError: () =>
    "There are no credentials for S3; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
  ECONNREFUSED: () => "No storage answers at AWS_ENDPOINT_URL; start it, or mend the variable.",
  ENOTFOUND: (url) => `The server of ${url} is not known by name; check AWS_ENDPOINT_URL and AWS_REGION.`,
};

/** Errors of the SDK as a sentence; what it says of the request, which may hold secrets, is left out. */
async function inWords<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { name, code, Code, message } = error as Error & { code?: string; Code?: string };
    const address = parseS3Url(url);
    const sentence = [Code, name, code].map((known) => known && sentences[known]).find(Boolean);
    const words = sentence ? sentence(s3Url(address), address) : `${s3Url(address)}: ${message || name}`;
    throw new UserError(/[.]$/.test(words) ? words : `${words}.`);
  }
}
