import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A program `docker` whose images are servers that run already: it knows their ports, and what to say. What a real engine
 * does is seen in transform-image.test.ts; here images stand for containers that are somebody else's.
 * @returns the folder to put into PATH
 */
export async function stubDocker(folder: string, ports: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [image, port] of Object.entries(ports)) await writeFile(join(folder, `image-${image}`), port);
  const program = join(folder, 'docker');
  await writeFile(program, `#!/bin/sh\ncd '${folder}'\n${script}`);
  await chmod(program, 0o755);
  return folder;
}

/** `run` copies the image's port to the container's name; until `stop` removes that, the container runs. */
const script = `
running() { while [ -e "container-$1" ]; do sleep 0.1; done; }
case "$1 $2" in
  version* | ps* | rm*) ;;
  'image inspect') echo null ;;
  run*)
    for word; do
      [ "$last" = --name ] && name=$word
      [ -e "image-$word" ] && image=$word
      last=$word
    done
    cp "image-$image" "container-$name" ;;
  port*) echo "127.0.0.1:$(cat "container-$2")" ;;
  logs*) running "$3" ;;
  wait*) running "$2"; echo 143 ;;
  stop*) rm -f "container-$4" ;;
  inspect*) echo false ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
`;
