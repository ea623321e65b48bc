import { TalkElement } from './TalkElement';

export default function Page() {
  return <TalkElement stage={process.env.STAGE} />;
}
