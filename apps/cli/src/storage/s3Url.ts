import { UsageError } from "../cli/errors.js";

/** Where an object, or what begins with its key, lies. */
export interface S3Address {
  bucket: string;
  /** Without a slash at its beginning; empty for the whole bucket. */
  key: string;
}

/** Is this a URL of S3-compatible storage, rather than a path? */
export const isS3Url = (given: string): boolean => /^s3:\/\//i.test(given);

/**
 * Reads `s3://bucket/key`. Endpoint, region and credentials stand in the environment (`AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID` …),
 * as for other programs that speak S3.
 *
 * @throws UsageError naming what is wrong, never what stands before an "@"
 */
export function parseS3Url(url: string): S3Address {
  const rest = url.replace(/^s3:\/\//i, "");
  const slash = rest.indexOf("/");
  const bucket = slash < 0 ? rest : rest.slice(0, slash);
  if (bucket.includes("@")) {
    throw new UsageError("An S3 URL is s3://bucket/key; credentials belong into AWS_ACCESS_KEY_ID and its kin.");
  }
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new UsageError(`An S3 URL is s3://bucket/key, with a bucket of small letters and digits; got "${url}".`);
  }
  return { bucket, key: slash < 0 ? "" : rest.slice(slash + 1).replace(/^\/+/, "") };
}

export const s3Url = ({ bucket, key }: S3Address): string => `s3://${bucket}/${key}`;

/** An address below another one. */
export const belowKey = ({ bucket, key }: S3Address, name: string): S3Address => ({
  bucket,
  key: key === "" || key.endsWith("/") ? `${key}${name}` : `${key}/${name}`,
});
