import { EarshotListener } from 'earshot/react';

/** A component of the server alone: it has no handlers. */
export default function Page() {
  return <EarshotListener src={process.env.STAGE} heading="A talk" />;
}
